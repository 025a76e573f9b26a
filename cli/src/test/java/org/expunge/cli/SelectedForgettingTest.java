package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import org.expunge.cli.render.ExitCodes;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Methods that move some of the parameters. */
final class SelectedForgettingTest {
    @TempDir
    private static Path folder;

    private static Path run = Path.of("run");

    @BeforeAll
    static void train() {
        run = TinyRun.train(folder.resolve("run"));
    }

    @Test
    void generalizedInfluenceTakesItsOptions() throws IOException {
        CommandRun forget = TinyRun.forget(
                run,
                "generalized-influence",
                "--approximation",
                "fif",
                "--share",
                0.3,
                "--select",
                "random",
                "--format",
                "json");

        assertThat(forget.code()).isIn(ExitCodes.OK, ExitCodes.GATE_MISSED, ExitCodes.RETRAIN_REQUIRED);
        JsonNode options = forget.json().get("forget").get("details").get("options");
        assertThat(options.get("kind").textValue()).isEqualTo("FROZEN");
        assertThat(options.get("selection").get("share").doubleValue()).isEqualTo(0.3);
        assertThat(options.get("selection").get("importance").textValue()).isEqualTo("RANDOM");
    }

    @Test
    void lCodecTakesTheReleasedStepWhereItIsAskedTo() throws IOException {
        CommandRun forget = TinyRun.forget(run, "l-codec", "--formula", "as-released", "--seed", 4, "--format", "json");

        assertThat(forget.code()).isIn(ExitCodes.OK, ExitCodes.GATE_MISSED, ExitCodes.RETRAIN_REQUIRED);
        JsonNode details = forget.json().get("forget").get("details");
        assertThat(details.get("isAsReleased").booleanValue()).isTrue();
        assertThat(details.get("options").get("blanket").get("seed").intValue()).isEqualTo(4);
    }

    @Test
    void optionsOfOtherMethodsAreRefused() throws IOException {
        CommandRun forget = TinyRun.forget(run, "retrain", "--share", 0.3);

        assertThat(forget.code()).isEqualTo(ExitCodes.USAGE);
        assertThat(forget.err()).contains("--share does not apply to --method retrain");
    }
}
