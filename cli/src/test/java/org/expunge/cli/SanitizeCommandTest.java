package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import org.expunge.cli.render.ExitCodes;
import org.expunge.influence.io.Json;
import org.expunge.influence.training.TrainingRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SanitizeCommandTest {
    @TempDir
    private Path folder;

    @Test
    void removesTheRowsBehindAnAttackReversibly() throws IOException {
        Path poisoned = folder.resolve("poisoned");
        Path run = folder.resolve("run");
        Path out = folder.resolve("clean");
        CommandRun.of("attack", "--data", "digits", "--rows", 20, "--out", poisoned);
        CommandRun.of("train", "--data", "overlay:" + poisoned, "--epochs", 12, "--quiet", "--out", run);

        CommandRun sanitize = CommandRun.of(
                "sanitize", "--run", run, "--inputs", "test", "--inputs", "attack", "--format", "json", "--out", out);

        assertThat(sanitize.code()).isEqualTo(ExitCodes.OK);
        JsonNode json = sanitize.json();
        assertThat(json.fieldNames())
                .toIterable()
                .containsExactly(
                        "accuracyAfter",
                        "accuracyBefore",
                        "effect",
                        "options",
                        "out",
                        "removedIds",
                        "rounds",
                        "run",
                        "stillSuspicious",
                        "trainingRows",
                        "verdict");
        assertThat(json.get("effect").get("successAfter").doubleValue()).isLessThan(0.2);
        JsonNode manifest = Json.read(out.resolve("manifest.json"), JsonNode.class);
        assertThat(manifest.get("removedIds")).isEqualTo(json.get("removedIds"));
        assertThat(manifest.get("parentDigest").textValue())
                .isEqualTo(TrainingRun.open(run).digest());
        assertThat(out.resolve("report.md")).content().contains("# Sanitizing of", "adversarial rows removed");
        assertThat(TrainingRun.open(out).removedIds())
                .hasSize(json.get("removedIds").size());
    }

    @Test
    void silentRunIsInsufficientEvidenceAndWritesThatAlone() {
        Path run = TinyRun.train(folder.resolve("run"));

        CommandRun sanitize = CommandRun.of("sanitize", "--run", run, "--quiet", "--out", folder.resolve("clean"));

        assertThat(sanitize.code()).isEqualTo(ExitCodes.GATE_MISSED);
        assertThat(sanitize.out()).contains("insufficient evidence").doesNotContain("is clean");
        assertThat(folder.resolve("clean")).isDirectoryContaining("glob:**/sanitize.json");
        assertThat(folder.resolve("clean/run.json")).doesNotExist();
    }

    @Test
    void capsOutOfRangeAreRefused() {
        Path run = TinyRun.train(folder.resolve("run"));

        CommandRun sanitize = CommandRun.of("sanitize", "--run", run, "--most-rows", 2, "--out", folder.resolve("o"));

        assertThat(sanitize.code()).isEqualTo(ExitCodes.USAGE);
        assertThat(sanitize.err()).contains("mostRows must be in (0, 1], got 2.0");
    }
}
