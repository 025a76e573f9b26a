package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import org.expunge.cli.render.ExitCodes;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Methods that train a run's model on, or dampen it. */
final class TunedForgettingTest {
    @TempDir
    private static Path folder;

    private static Path run = Path.of("run");

    @BeforeAll
    static void train() {
        run = TinyRun.train(folder.resolve("run"), "--l2", 0.002);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fine-tune", "neg-grad-plus", "random-label", "scrub"})
    void trainingOnTakesRatesSeedAndTheRunsPenalty(String method) throws IOException {
        CommandRun forget = TinyRun.forget(run, method, "--rates", "0.0001,0.002", "--seed", 9, "--format", "json");

        assertThat(forget.code()).isIn(ExitCodes.OK, ExitCodes.GATE_MISSED, ExitCodes.RETRAIN_REQUIRED);
        JsonNode details = forget.json().get("forget").get("details");
        JsonNode tuning = details.get("options").get("tuning");
        assertThat(tuning.get("learningRates").get(1).doubleValue()).isEqualTo(0.002);
        assertThat(tuning.get("l2").doubleValue()).isEqualTo(0.002);
        assertThat(tuning.get("search").get("seed").intValue()).isEqualTo(9);
        assertThat(details.get("search").get("candidates")).isNotEmpty();
    }

    @Test
    void dampeningLogsWhatItSelected() throws IOException {
        CommandRun forget = TinyRun.forget(run, "ssd", "--format", "json");

        assertThat(forget.code()).isIn(ExitCodes.OK, ExitCodes.GATE_MISSED, ExitCodes.RETRAIN_REQUIRED);
        JsonNode candidates =
                forget.json().get("forget").get("details").get("search").get("candidates");
        assertThat(candidates
                        .get(candidates.size() - 1)
                        .get("strength")
                        .get("selected")
                        .intValue())
                .isPositive();
    }

    @Test
    void weightsAreReadAndCheckedBeforeAnythingIsDone() throws IOException {
        assertThat(TinyRun.forget(run, "neg-grad-plus", "--alpha", "0.9,1.5").err())
                .contains("alpha must be in (0, 1], got 1.5");
        assertThat(TinyRun.forget(run, "scrub", "--rates", "0.1,0.01").err()).contains("learningRates must ascend");
        assertThat(TinyRun.forget(run, "fine-tune", "--alpha", "0.9").err())
                .contains("--alpha does not apply to --method fine-tune");
    }
}
