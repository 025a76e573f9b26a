package org.expunge.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.expunge.cli.render.ExitCodes;
import org.expunge.influence.io.Json;
import org.expunge.influence.testkit.CudaEmulator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program on an emulated GPU, in processes of its own: a process binds CUDA's libraries once. */
final class CudaCommandTest {
    @TempDir
    private static Path folder;

    /** A device on which the least buffer does not fit. */
    private static final Map<String, String> FULL = Map.of("EXPUNGE_EMULATOR_MEMORY", "1000");

    private static Path emulator = Path.of("emulator");

    @BeforeAll
    static void buildTheEmulator() {
        CudaEmulator.Answer answer = CudaEmulator.build();
        if (answer instanceof CudaEmulator.Built built) {
            emulator = built.folder();
        } else {
            abort(((CudaEmulator.Unavailable) answer).reason());
        }
    }

    /** One run of the program where the emulator's libraries are. */
    private static CommandRun run(String... arguments) throws IOException, InterruptedException {
        return run(Map.of(), arguments);
    }

    private static CommandRun run(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dexpunge.cuda.libraries=" + emulator,
                "-Dexpunge.cuda.cache=" + folder.resolve("kernels"),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        Path err = folder.resolve("err.txt");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new CommandRun(process.waitFor(), out, Files.readString(err));
    }

    /** Trains a tiny network on the first {@code rows} digits. */
    private static CommandRun train(Map<String, String> environment, int rows, Path out, String... more)
            throws IOException, InterruptedException {
        List<String> arguments =
                new ArrayList<>(List.of("train", "--data", "digits?limit=" + rows, "--hidden", "4", "--epochs", "1"));
        arguments.addAll(List.of(more));
        arguments.addAll(List.of("--out", out.toString()));
        return run(environment, arguments.toArray(String[]::new));
    }

    @Test
    void autoTakesTheGpuAndDoctorNamesItWithItsLibraries() throws Exception {
        CommandRun doctor = run("doctor", "--format", "json");

        assertThat(doctor.code()).as(doctor.err()).isEqualTo(ExitCodes.OK);
        JsonNode json = doctor.json();
        assertThat(json.get("backend").textValue()).isEqualTo("cuda");
        assertThat(json.get("gpu").textValue()).startsWith("device 0: Expunge emulator (CPU), compute capability");
        assertThat(json.get("checks"))
                .hasSize(12)
                .allMatch(check -> check.get("verdict").textValue().equals("right"))
                .allMatch(check ->
                        check.get("error").doubleValue() <= check.get("bound").doubleValue());
        assertThat(json.get("tile").intValue()).isEqualTo(256);
        assertThat(json.get("cuda").get("obstacles")).isEmpty();
        assertThat(json.get("cuda").get("devices")).hasSize(2);
        assertThat(json.get("cuda").get("libraries").get("cuBLAS").textValue()).endsWith("libcublas.so.12");
    }

    @Test
    void theCpuStaysThereForWhoAsksForIt() throws Exception {
        assertThat(run("doctor", "--backend", "cpu").out())
                .contains("cpu (FLOAT32)", "not used (backend cpu); --backend cuda uses one");
    }

    @Test
    void aDeviceThatIsNotThereIsAnErrorThatCountsThoseThatAre() throws Exception {
        CommandRun missing = run("doctor", "--backend", "cuda", "--device", "3");

        assertThat(missing.code()).isEqualTo(ExitCodes.UNAVAILABLE);
        assertThat(missing.err()).contains("there is no device 3: the driver names 2 GPU(s), counted from 0");
    }

    @Test
    void aDeviceNumberIsToldWithoutABackendToo() throws Exception {
        CommandRun missing = run("doctor", "--device", "3");

        assertThat(missing.code()).isEqualTo(ExitCodes.UNAVAILABLE);
        assertThat(missing.err()).contains("there is no device 3: the driver names 2 GPU(s), counted from 0");
        assertThat(missing.out()).contains("Expunge on this machine", "Expunge emulator (CPU)");
    }

    @Test
    void moreThreadsThanADeviceTakesAreAUsageError() throws Exception {
        CommandRun crowded = run("doctor", "--threads", "500");

        assertThat(crowded.code()).isEqualTo(ExitCodes.USAGE);
        assertThat(crowded.err()).contains("--threads must be at most 64 with cuda, got 500");
    }

    @Test
    void autoLeavesAFullGpuAndSaysWhyOnce() throws Exception {
        CommandRun trained = train(FULL, 60, folder.resolve("host"));
        CommandRun doctor = run(FULL, "doctor");
        CommandRun asked = run(FULL, "doctor", "--backend", "cuda");

        assertThat(trained.code()).as(trained.err()).isEqualTo(ExitCodes.OK);
        assertThat(trained.err())
                .containsOnlyOnce("warning: computing on the cpu")
                .contains("bytes do not fit on");
        assertThat(doctor.code()).isEqualTo(ExitCodes.OK);
        assertThat(doctor.out())
                .contains("cpu (FLOAT32)", "bytes do not fit on", "Self-check of the GPU", "did not run");
        assertThat(asked.code()).isEqualTo(ExitCodes.UNAVAILABLE);
        assertThat(asked.out()).contains("Expunge on this machine", "did not run");
        assertThat(asked.err()).contains("the backend 'cuda' cannot run here", "bytes do not fit on");
    }

    @Test
    void aShareOfMemoryThatIsTooSmallIsToldInAReport() throws Exception {
        CommandRun doctor = run("doctor", "--gpu-memory", "1e-9");

        assertThat(doctor.code()).isEqualTo(ExitCodes.UNAVAILABLE);
        assertThat(doctor.out()).contains("Expunge on this machine", "none of auto", "bytes do not fit on");
        assertThat(doctor.err()).contains("the backend 'cuda' cannot run here", "a budget of 2 bytes");
    }

    @Test
    void aRunRecordsDeviceAndPrecision() throws Exception {
        Path out = folder.resolve("run");

        CommandRun trained = train(Map.of(), 60, out, "--backend", "cuda", "--precision", "tf32");

        assertThat(trained.code()).as(trained.err()).isEqualTo(ExitCodes.OK);
        assertThat(Json.read(out.resolve("run.json"), JsonNode.class)
                        .get("engines")
                        .get(0)
                        .textValue())
                .isEqualTo("cuda-tf32 on Expunge emulator (CPU) (device 0), FLOAT32, 2 workers, tiles of 256");
    }

    @Test
    void severalGpusShareScoresAndFactorsOfOneRun() throws Exception {
        Path run = folder.resolve("shared-run");
        CommandRun trained = train(Map.of(), 500, run, "--backend", "cpu");
        assertThat(trained.code()).as(trained.err()).isEqualTo(ExitCodes.OK);

        Path one = scores(run, "0");
        Path two = scores(run, "0,1");
        CommandRun factors = run(
                "factors",
                "fit",
                "--run",
                run.toString(),
                "--curvature",
                "diagonal",
                "--device",
                "all",
                "--quiet",
                "--out",
                folder.resolve("factors").toString());

        assertThat(two.resolve("scores.npy")).hasSameBinaryContentAs(one.resolve("scores.npy"));
        assertThat(Json.read(two.resolve("scores.json"), JsonNode.class)
                        .get("provenance")
                        .get("backend")
                        .textValue())
                .isEqualTo("cuda on Expunge emulator (CPU) (device 0), cuda on Expunge emulator (CPU) (device 1)");
        assertThat(factors.code()).as(factors.err()).isEqualTo(ExitCodes.OK);
        assertThat(factors.out()).contains("(device 0)", "(device 1)");
    }

    private static Path scores(Path run, String device) throws Exception {
        Path out = folder.resolve("scores-" + device);
        CommandRun scored = run(
                "influence",
                "--run",
                run.toString(),
                "--method",
                "inner-product",
                "--test-id",
                String.join(",", TinyRun.ids(run, "test").subList(0, 2)),
                "--device",
                device,
                "--quiet",
                "--out",
                out.toString());
        assertThat(scored.code()).as(scored.err()).isEqualTo(ExitCodes.OK);
        return out;
    }

    @Test
    void doctorChecksAllGpusThatWouldShare() throws Exception {
        CommandRun doctor = run("doctor", "--device", "all", "--gpu-memory", "0.5", "--format", "json");

        assertThat(doctor.code()).as(doctor.err()).isEqualTo(ExitCodes.OK);
        assertThat(doctor.json().get("gpu").textValue()).startsWith("device 0: ");
        assertThat(doctor.json().get("sharing")).hasSize(1);
        JsonNode second = doctor.json().get("sharing").get(0);
        assertThat(second.get("gpu").textValue()).startsWith("device 1: ");
        assertThat(second.get("checks"))
                .hasSize(12)
                .allMatch(check -> check.get("verdict").textValue().equals("right"));
    }

    @Test
    void oneMissingGpuOfSeveralIsNamed() throws Exception {
        CommandRun doctor = run("doctor", "--device", "0,7");

        assertThat(doctor.code()).isEqualTo(ExitCodes.UNAVAILABLE);
        assertThat(doctor.err()).contains("there is no device 7: the driver names 2 GPU(s)");
    }
}
