package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.expunge.cli.render.ExitCodes;
import org.expunge.influence.io.Json;
import org.expunge.influence.training.TrainingRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DemoCommandTest {
    @TempDir
    private Path folder;

    @Test
    void attacksDefendsForgetsAndLeavesWhatItMade() throws IOException {
        Path out = folder.resolve("demo");

        CommandRun demo = CommandRun.of("demo", "--out", out);

        assertThat(demo.out())
                .contains("attack success", "adversarial rows removed", "clean rows removed", "accuracy", "AUPRC")
                .contains("base rate", "class prior", "gradient norm", "raw nearest neighbour", "random", "wall time")
                .contains("retrain", "influence");
        assertThat(demo.code()).isEqualTo(ExitCodes.OK);
        JsonNode report = Json.read(out.resolve("report.json"), JsonNode.class);
        assertThat(report.get("gate").get("attackSuccess").doubleValue()).isGreaterThanOrEqualTo(0.95);
        JsonNode truth = report.get("sanitize").get("truth");
        assertThat(truth.get("successAfter").doubleValue()).isLessThanOrEqualTo(0.2);
        assertThat(truth.get("cleanRemoved").doubleValue())
                .isLessThanOrEqualTo(0.02 * truth.get("cleanRows").doubleValue());
        for (String run : new String[] {
            "run-clean", "run-poisoned", "run-sanitized", "run-forgotten-by-retraining", "run-forgotten-by-influence"
        }) {
            assertThat(TrainingRun.open(out.resolve(run)).checkpoints()).isNotEmpty();
        }
        assertThat(out.resolve("report.md")).content().contains("# Expunge demonstration", "## Rounds", "| gate |");
    }

    @Test
    void folderThatExistsIsLeftAlone() throws IOException {
        Path out = Files.createDirectory(folder.resolve("demo"));

        CommandRun demo = CommandRun.of("demo", "--out", out);

        assertThat(demo.code()).isEqualTo(ExitCodes.INPUT_OUTPUT);
        assertThat(demo.err()).contains(out + ": it exists already; choose another name or delete it first");
        assertThat(out).isEmptyDirectory();
    }
}
