package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import org.expunge.cli.render.ExitCodes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Retraining along the recorded way. */
final class RecordedForgettingTest {
    @TempDir
    private static Path folder;

    @Test
    void aRunThatKeptEveryStepIsFollowed() throws IOException {
        Path run = TinyRun.train(
                folder.resolve("run"), "--optimizer", "sgd", "--batch-size", 210, "--learning-rate", 0.05);

        CommandRun forget = TinyRun.forget(run, "delta-grad", "--period", 2, "--format", "json");

        assertThat(forget.err()).doesNotContain("run again to be followed");
        assertThat(forget.code()).isIn(ExitCodes.OK, 2);
        JsonNode candidate = forget.json()
                .get("forget")
                .get("details")
                .get("search")
                .get("candidates")
                .get(0);
        assertThat(candidate.get("decision").textValue()).isEqualTo("ACCEPTABLE");
        assertThat(candidate.get("strength").get("exact").intValue()).isPositive();
        assertThat(forget.json()
                        .get("forget")
                        .get("details")
                        .get("options")
                        .get("period")
                        .intValue())
                .isEqualTo(2);
    }

    @Test
    void aTrainingByAdamIsRefusedByName() throws IOException {
        Path run = TinyRun.train(folder.resolve("adam"), "--optimizer", "adam");

        CommandRun forget = TinyRun.forget(run, "delta-grad");

        assertThat(forget.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(forget.err()).contains("ADAM", "run again to be followed");
    }
}
