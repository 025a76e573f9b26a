package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.expunge.cli.render.ExitCodes;
import org.expunge.influence.backend.CudaSupport;
import org.junit.jupiter.api.Test;

final class DoctorCommandTest {
    @Test
    void showsWhatWillBeUsed() {
        CommandRun run = CommandRun.of("doctor", "--backend", "reference", "--threads", "1");

        assertThat(run.code()).isEqualTo(ExitCodes.OK);
        assertThat(run.out()).contains("processor", "reference (FLOAT64)", "1 workers", "GPU", "none");
        assertThat(run.out()).containsPattern("products +0.0e\\+00 +1.0e-05 +right");
    }

    @Test
    void jsonHasStableKeysAndAnErrorForEachFamilyOfKernels() throws IOException {
        JsonNode json = CommandRun.of("doctor", "--format", "json").json();

        assertThat(json.fieldNames())
                .toIterable()
                .containsExactly(
                        "backend",
                        "backends",
                        "blas",
                        "checks",
                        "cuda",
                        "gpu",
                        "gpuChecks",
                        "heapMiB",
                        "java",
                        "precision",
                        "processor",
                        "processors",
                        "sharing",
                        "system",
                        "threads",
                        "tile");
        assertThat(json.get("checks")).hasSize(12);
        assertThat(json.get("gpuChecks")).isEmpty();
        JsonNode products = json.get("checks").get(1);
        assertThat(products.get("family").textValue()).isEqualTo("products");
        assertThat(products.get("error").doubleValue())
                .isBetween(1e-9, products.get("bound").doubleValue());
        assertThat(products.get("verdict").textValue()).isEqualTo("right");
    }

    @Test
    void wrongBackendsAndThreadsAreUsageErrors() {
        assertThat(CommandRun.of("doctor", "--backend", "abacus"))
                .returns(ExitCodes.USAGE, CommandRun::code)
                .extracting(CommandRun::err)
                .asString()
                .contains("--backend must be one of auto, cpu, cuda, reference, got abacus");
        assertThat(CommandRun.of("doctor", "--threads", "-1").err()).contains("--threads must be 0 or more, got -1");
    }

    @Test
    void saysWhyNoGpuIsUsed() throws IOException {
        assumeTrue(!hasGpu(), "this machine has a GPU");

        assertThat(CommandRun.of("doctor").out())
                .contains(
                        "GPU        none: cuda cannot run here", "CUDA", "NVIDIA driver (libcuda.so.1) was not found");
        JsonNode cuda = CommandRun.of("doctor", "--format", "json").json().get("cuda");
        assertThat(cuda.fieldNames()).toIterable().containsExactly("devices", "libraries", "obstacles");
        assertThat(cuda.get("obstacles")).isNotEmpty();
    }

    @Test
    void cudaWithoutAGpuSaysWhatIsMissing() {
        assumeTrue(!hasGpu(), "this machine has a GPU");

        assertThat(CommandRun.of("doctor", "--backend", "cuda"))
                .returns(ExitCodes.UNAVAILABLE, CommandRun::code)
                .extracting(CommandRun::err)
                .asString()
                .contains(
                        "expunge doctor: the backend 'cuda' cannot run here:",
                        "libcuda.so.1",
                        "install NVIDIA's driver")
                .doesNotContain("defect");
        assertThat(CommandRun.of("doctor", "--backend", "cuda").out())
                .as("the report is printed all the same")
                .contains("processor", "none of auto", "the backend 'cuda' cannot run here", "CUDA");
    }

    @Test
    void aDeviceTakesAtMost64Threads() {
        assertThat(CommandRun.of("doctor", "--backend", "cuda", "--threads", "65"))
                .returns(ExitCodes.USAGE, CommandRun::code)
                .extracting(CommandRun::err)
                .asString()
                .contains("--threads must be at most 64 with cuda, got 65");
    }

    @Test
    void aDeviceThatIsNotThereIsToldAsWithCuda() {
        CommandRun run = CommandRun.of("doctor", "--device", "99");

        assertThat(run.out()).contains("Expunge on this machine", "the backend 'cuda' cannot run here");
        assertThat(run)
                .returns(ExitCodes.UNAVAILABLE, CommandRun::code)
                .extracting(CommandRun::err)
                .asString()
                .contains("the backend 'cuda' cannot run here");
    }

    @Test
    void optionsOfAGpuAskForOne() {
        assumeTrue(!hasGpu(), "this machine has a GPU");

        for (String[] option : new String[][] {{"--precision", "tf32"}, {"--gpu-memory", "0.5"}}) {
            CommandRun run = CommandRun.of("doctor", option[0], option[1]);

            assertThat(run.out()).contains("Expunge on this machine", "the backend 'cuda' cannot run here");
            assertThat(run)
                    .returns(ExitCodes.UNAVAILABLE, CommandRun::code)
                    .extracting(CommandRun::err)
                    .asString()
                    .contains("the backend 'cuda' cannot run here", "libcuda.so.1");
        }
    }

    @Test
    void optionsOfAGpuAreRefusedWhereNoneIsUsed() {
        assumeTrue(!hasGpu(), "this machine has a GPU");

        assertThat(CommandRun.of("doctor", "--backend", "cpu", "--precision", "tf32"))
                .returns(ExitCodes.USAGE, CommandRun::code)
                .extracting(CommandRun::err)
                .asString()
                .contains("--precision tf32 is for the backend cuda, not for cpu");
        assertThat(CommandRun.of("doctor", "--backend", "reference", "--device", "1")
                        .err())
                .contains("--device 1 is for the backend cuda, not for reference");
        assertThat(CommandRun.of("doctor", "--backend", "cuda", "--device", "-1")
                        .err())
                .contains("--device must be 0 or more, got -1");
        assertThat(CommandRun.of("doctor", "--precision", "fp8").err()).contains("use one of float32, tf32, bf16");
    }

    @Test
    void wrongListsOfGpusAreUsageErrors() {
        assertThat(CommandRun.of("doctor", "--device", "0,0"))
                .returns(ExitCodes.USAGE, CommandRun::code)
                .extracting(CommandRun::err)
                .asString()
                .contains("--device names a GPU twice: 0,0");
        assertThat(CommandRun.of("doctor", "--device", "0,x").err())
                .contains("--device must be a number, numbers with commas between them, or all; got '0,x'");
        assertThat(CommandRun.of("doctor", "--device", "0", "--gpu-memory", "1.5")
                        .err())
                .contains("--gpu-memory must be above 0 and at most 1, got 1.5");
        assertThat(CommandRun.of("doctor", "--backend", "cpu", "--gpu-memory", "0.5")
                        .err())
                .contains("--gpu-memory 0.5 is for the backend cuda, not for cpu");
        assertThat(CommandRun.of("doctor", "--backend", "cpu", "--device", "0,1")
                        .err())
                .contains("--device 0,1 is for the backend cuda, not for cpu");
    }

    @Test
    void commandsThatRunOnOneGpuRefuseAList() {
        assertThat(CommandRun.of("train", "--data", "digits", "--out", "never", "--device", "0,1"))
                .returns(ExitCodes.USAGE, CommandRun::code)
                .extracting(CommandRun::err)
                .asString()
                .contains("'expunge train' runs on one GPU, so --device is one number here, got 0,1");
    }

    private static boolean hasGpu() {
        return CudaSupport.examine().obstacle(0).isEmpty();
    }
}
