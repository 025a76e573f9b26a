package org.expunge.cli.work;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.expunge.cli.render.Document;
import org.expunge.cli.render.ExitCodes;
import org.expunge.cli.render.Result;
import org.expunge.cli.render.Table;
import org.expunge.influence.backend.BackendChoice;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.backend.CudaSupport;
import org.expunge.influence.backend.SelfCheck;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.EngineGroup;
import org.expunge.influence.compute.cpu.OpenBlasCore;
import org.expunge.influence.compute.cuda.CudaCompute;
import org.jspecify.annotations.Nullable;

/**
 * What a machine offers and what will be used on it.
 *
 * @param java the Java that runs
 * @param system operating system and architecture
 * @param processor the processor's name
 * @param processors processors that Java may use
 * @param heapMiB most memory that Java will take for objects, in MiB; buffers outside come on top
 * @param backend arithmetic that will be used
 * @param precision of its numbers
 * @param blas where its matrix products run
 * @param threads worker threads
 * @param tile examples that a worker takes at a time
 * @param checks how each family of the backend's kernels compares with plain Java
 * @param gpu the GPU that will be used, or why none
 * @param sharing other GPUs that will share the work of commands that can be shared, with their checks
 * @param gpuChecks the same of a GPU that failed and is not used; empty where none did
 * @param cuda what the machine has for the backend on GPUs
 * @param backends all backends of this build
 */
public record Examination(
        String java,
        String system,
        String processor,
        int processors,
        long heapMiB,
        String backend,
        String precision,
        String blas,
        int threads,
        int tile,
        List<Check> checks,
        String gpu,
        List<Sharing> sharing,
        List<Check> gpuChecks,
        CudaReport cuda,
        List<String> backends)
        implements Result {
    private static final String NONE = "none";
    private static final String RIGHT = "right";
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    /**
     * How a family of kernels did.
     *
     * @param family its name
     * @param error largest relative error of an output; null if it is not a number
     * @param bound what the error may be
     * @param verdict {@code right}, {@code wrong} or {@code did not run}
     * @param failure what the backend said where the kernels did not run; else empty
     */
    public record Check(String family, @Nullable Double error, double bound, String verdict, String failure) {
        private static List<Check> of(SelfCheck check) {
            return check.outcomes().stream().map(Check::of).toList();
        }

        private static Check of(SelfCheck.Outcome outcome) {
            String wrong = outcome.failure().isEmpty() ? "wrong" : "did not run";
            Double error = Double.isFinite(outcome.error()) ? outcome.error() : null;
            String verdict = outcome.isRight() ? RIGHT : wrong;
            return new Check(outcome.family(), error, outcome.bound(), verdict, outcome.failure());
        }

        private boolean isRight() {
            return verdict.equals(RIGHT);
        }
    }

    /**
     * A GPU beside the first.
     *
     * @param gpu what it is
     * @param checks how its kernels compare with plain Java
     */
    public record Sharing(String gpu, List<Check> checks) {}

    /**
     * Examines the machine and tries the engines, which compute on what was chosen.
     *
     * @param engines the first and those that share work with it
     * @param choice that of the first
     */
    public static Examination of(EngineGroup engines, BackendChoice choice) {
        Engine engine = engines.lead();
        Compute compute = engine.compute();
        CudaReport cuda = CudaReport.of(CudaSupport.examine());
        return new Examination(
                System.getProperty("java.vm.name") + " " + Runtime.version(),
                System.getProperty("os.name") + " " + System.getProperty("os.arch"),
                processorName(),
                Runtime.getRuntime().availableProcessors(),
                Runtime.getRuntime().maxMemory() >> 20,
                compute.name(),
                compute.precision().name(),
                products(compute),
                engine.workers().count(),
                engine.tile(),
                Check.of(SelfCheck.of(compute, System.nanoTime())),
                gpu(compute, cuda, choice),
                engines.engines().stream()
                        .skip(1)
                        .map(Engine::compute)
                        .map(other ->
                                new Sharing(gpu(other, cuda, choice), Check.of(SelfCheck.of(other, System.nanoTime()))))
                        .toList(),
                choice.obstacle()
                        .flatMap(failed -> choice.check())
                        .map(Check::of)
                        .orElse(List.of()),
                cuda,
                Backends.names());
    }

    /** Examines a machine on which the backend that was asked for cannot be used. */
    public static Examination without(BackendChoice choice) {
        return new Examination(
                System.getProperty("java.vm.name") + " " + Runtime.version(),
                System.getProperty("os.name") + " " + System.getProperty("os.arch"),
                processorName(),
                Runtime.getRuntime().availableProcessors(),
                Runtime.getRuntime().maxMemory() >> 20,
                NONE,
                NONE,
                NONE,
                0,
                0,
                List.of(),
                choice.reason(),
                List.of(),
                choice.check().map(Check::of).orElse(List.of()),
                CudaReport.of(CudaSupport.examine()),
                Backends.names());
    }

    private static String products(Compute compute) {
        if (compute instanceof CudaCompute) {
            return "cuBLAS, a stream a worker";
        }
        return compute.name().equals("cpu") ? openBlas() : "none (plain Java)";
    }

    private static String gpu(Compute compute, CudaReport cuda, BackendChoice choice) {
        if (compute instanceof CudaCompute device) {
            return cuda.devices().get(device.info().ordinal()) + "; buffers may hold " + (device.memoryLimit() >> 20)
                    + " MiB, rows a third of that besides";
        }
        if (choice.obstacle().isPresent() && cuda.obstacles().isEmpty()) {
            return "none: " + choice.reason();
        }
        return cuda.obstacles().isEmpty()
                ? "not used (backend " + compute.name() + "); --backend cuda uses one"
                : "none: cuda cannot run here";
    }

    private static String openBlas() {
        return "OpenBLAS, one thread a worker"
                + OpenBlasCore.missing()
                        .map(core -> "; does not know this processor: set " + OpenBlasCore.VARIABLE + "=" + core)
                        .orElse("");
    }

    private static String processorName() {
        try {
            return Files.readAllLines(CPU_INFO, StandardCharsets.UTF_8).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown (" + CPU_INFO + " cannot be read)";
        }
    }

    @Override
    public int exitCode() {
        return Stream.concat(checks.stream(), sharing.stream().flatMap(other -> other.checks.stream()))
                        .allMatch(Check::isRight)
                ? ExitCodes.OK
                : ExitCodes.UNAVAILABLE;
    }

    @Override
    public Document document() {
        boolean opened = threads > 0;
        Table.Builder machine = Table.of()
                .row("Java", java)
                .row("system", system)
                .row("processor", processor + ", " + processors + " usable")
                .row("heap", heapMiB + " MiB at most; EXPUNGE_JAVA_OPTS=-Xmx8g changes it")
                .row("backend", backend + (opened ? " (" + precision + ")" : "") + " of " + String.join(", ", backends))
                .row("BLAS", blas)
                .row("threads", opened ? threads + " workers, tiles of " + tile + " examples" : NONE)
                .row("GPU", gpu);
        sharing.forEach(other -> machine.row("GPU, sharing", other.gpu));
        Document.Builder document = Document.titled("Expunge on this machine").table(machine.build());
        if (!checks.isEmpty()) {
            document.append(document("Self-check of the backend " + backend, checks));
        }
        sharing.forEach(other -> document.append(document("Self-check of " + other.gpu, other.checks)));
        if (!gpuChecks.isEmpty()) {
            document.append(document("Self-check of the GPU, which is not used", gpuChecks));
        }
        return document.append(cuda.document()).build();
    }

    private static Document document(String title, List<Check> checks) {
        Table.Builder rows = Table.of("kernels", "relative error", "may be", "verdict");
        checks.forEach(check -> rows.row(
                check.family,
                check.error == null ? "-" : scientific(check.error),
                scientific(check.bound),
                check.verdict));
        Document.Builder document = Document.titled(title).table(rows.build());
        checks.stream()
                .map(Check::failure)
                .filter(said -> !said.isEmpty())
                .limit(1)
                .forEach(document::paragraph);
        return document.build();
    }

    private static String scientific(double number) {
        return String.format(Locale.ROOT, "%.1e", number);
    }
}
