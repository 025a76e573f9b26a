package org.expunge.benchmarks.gpu;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.expunge.influence.compute.cuda.MathMode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GpuBenchmarkTest {
    @TempDir
    Path folder;

    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

    @Test
    void helpIsNoError() {
        assertThat(run("--help")).isZero();
    }

    @Test
    void badOptionsEndWithTwo() {
        assertThat(run()).isEqualTo(2);
        assertThat(run("compare")).isEqualTo(2);
        assertThat(run("benchmark", "--backend", "cpu", "--tile", "0")).isEqualTo(2);
        assertThat(run("benchmark", "--backend", "cpu", "--precision", "tf32")).isEqualTo(2);
        assertThat(errors.toString(UTF_8)).contains("there is only 'benchmark'", "--tile must be at least 1, got 0");
    }

    @Test
    void aDeviceIsRefusedWhereNoneIsUsed() {
        assertThat(run("benchmark", "--backend", "cpu", "--device", "1")).isEqualTo(2);
        assertThat(errors.toString(UTF_8)).contains("--device 1 is for the backend cuda, not for cpu");
    }

    @Test
    void theReferenceIsNotComparedWithItself() {
        assertThat(run("benchmark", "--backend", "reference", "--device", "1")).isEqualTo(2);
        assertThat(errors.toString(UTF_8)).contains("--backend must be one of cuda, cpu, auto, got reference");
    }

    @Test
    void aNumberThatIsTooLargeIsNotCut() {
        assertThat(run("benchmark", "--backend", "cpu", "--tile", "4294967297")).isEqualTo(2);
        assertThat(errors.toString(UTF_8)).contains("--tile must be at most 2147483647, got 4294967297");
    }

    @Test
    void aFileThatCannotBeWrittenIsRefusedFirst() {
        for (Path out : List.of(folder.resolve("missing").resolve("a.csv"), folder)) {
            assertThat(run("benchmark", "--backend", "cpu", "--out", out.toString()))
                    .isEqualTo(2);
            assertThat(errors.toString(UTF_8)).contains("--out " + out + " cannot be written");
        }
    }

    @Test
    void anErrorOfTheProgramEndsWithThree() {
        PrintStream broken = new PrintStream(OutputStream.nullOutputStream(), true, UTF_8) {
            @Override
            public void println(@Nullable String line) {
                throw new AssertionError("nowhere to print");
            }
        };

        assertThat(GpuBenchmark.run(List.of("benchmark", "--backend", "cpu"), broken, errors()))
                .isEqualTo(3);
        assertThat(errors.toString(UTF_8)).contains("nowhere to print");
    }

    @Test
    void cudaIsTimedWithOneWorker() {
        assertThatThrownBy(() -> options("cuda", 2, false)).hasMessageContaining("--workers must be 1");
        assertThat(options("cuda", 1, false).workers()).isEqualTo(1);
        assertThat(options("cuda", 2, true).workers()).isEqualTo(2);
        assertThat(options("cpu", 2, false).workers()).isEqualTo(2);
        BenchmarkOptions auto = options("auto", 2, false);
        assertThat(auto.on("cpu").tile()).isEqualTo(32);
        assertThat(options("auto", 1, false).on("cuda").tile()).isEqualTo(512);
        assertThatThrownBy(() -> auto.on("cuda")).hasMessageContaining("--workers must be 1");
    }

    private static BenchmarkOptions options(String backend, int workers, boolean isCorrectnessOnly) {
        return new BenchmarkOptions(
                backend,
                0,
                MathMode.FLOAT32,
                true,
                isCorrectnessOnly,
                1,
                workers,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private int run(String... args) {
        return GpuBenchmark.run(List.of(args), new PrintStream(OutputStream.nullOutputStream(), true, UTF_8), errors());
    }

    private PrintStream errors() {
        return new PrintStream(errors, true, UTF_8);
    }
}
