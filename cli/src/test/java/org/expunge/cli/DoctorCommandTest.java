package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.expunge.cli.render.ExitCodes;
import org.junit.jupiter.api.Test;

final class DoctorCommandTest {
    @Test
    void showsWhatWillBeUsed() {
        CommandRun run = CommandRun.of("doctor", "--backend", "reference", "--threads", "1");

        assertThat(run.code()).isEqualTo(ExitCodes.OK);
        assertThat(run.out()).contains("processor", "reference (FLOAT64)", "1 workers", "GPU", "none");
    }

    @Test
    void jsonHasStableKeysAndAnExactProduct() throws IOException {
        JsonNode json = CommandRun.of("doctor", "--format", "json").json();

        assertThat(json.fieldNames())
                .toIterable()
                .containsExactly(
                        "backend",
                        "backends",
                        "blas",
                        "gpu",
                        "heapMiB",
                        "java",
                        "precision",
                        "processor",
                        "processors",
                        "productError",
                        "system",
                        "threads",
                        "tile");
        assertThat(json.get("productError").doubleValue()).isZero();
    }

    @Test
    void wrongBackendsAndThreadsAreUsageErrors() {
        assertThat(CommandRun.of("doctor", "--backend", "abacus"))
                .returns(ExitCodes.USAGE, CommandRun::code)
                .extracting(CommandRun::err)
                .asString()
                .contains("--backend must be one of auto, cpu, reference, got abacus");
        assertThat(CommandRun.of("doctor", "--threads", "-1").err()).contains("--threads must be 0 or more, got -1");
    }
}
