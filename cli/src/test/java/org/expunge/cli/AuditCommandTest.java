package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.expunge.cli.render.ExitCodes;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AuditCommandTest {
    @TempDir
    private static Path folder;

    private static Path attacked = Path.of("attacked");

    @BeforeAll
    static void trainUnderAttack() {
        Path poisoned = folder.resolve("poisoned");
        CommandRun.of("attack", "--data", "digits", "--rows", 20, "--out", poisoned);
        attacked = folder.resolve("run");
        CommandRun.of("train", "--data", "overlay:" + poisoned, "--epochs", 12, "--quiet", "--out", attacked);
    }

    @Test
    void findsTheClassUnderAttackAndTheRowsBehindIt() throws IOException {
        JsonNode json = CommandRun.of(
                        "audit", "--run", attacked, "--inputs", "test", "--inputs", "attack", "--format", "json")
                .json();

        assertThat(json.fieldNames())
                .toIterable()
                .containsExactly(
                        "calibrationHeaviest",
                        "calibrationRows",
                        "checkpoints",
                        "cost",
                        "discoveriesFrom",
                        "flagged",
                        "heaviest",
                        "inputs",
                        "labels",
                        "method",
                        "options",
                        "run",
                        "scarce",
                        "statistics",
                        "supports",
                        "threshold",
                        "top",
                        "traces",
                        "truth",
                        "verdict");
        assertThat(json.get("truth").get("attackSuccess").doubleValue()).isGreaterThan(0.9);
        assertThat(json.get("truth").get("hardNegatives").intValue()).isPositive();
        assertThat(json.get("statistics").findValuesAsText("name"))
                .containsExactly(
                        "gas",
                        "gas-l",
                        "tracin-cp",
                        "neighbours",
                        "raw neighbours",
                        "random",
                        "certainty",
                        "STRIP",
                        "SCALE-UP");
        assertThat(json.get("statistics").get(0).get("averagePrecision").doubleValue())
                .isGreaterThan(4 * json.get("truth").get("baseRate").doubleValue());
        assertThat(json.get("cost").get("gigaflop").doubleValue()).isPositive();
        JsonNode trace = json.get("traces").get(0);
        assertThat(trace.get("label").intValue()).isZero();
        assertThat(trace.get("rows").get(0).get("isAdversarial").booleanValue()).isTrue();
        assertThat(trace.get("rankings").findValuesAsText("method"))
                .containsExactly("mean gas", "random", "gradient norm", "raw nearest neighbour");
        assertThat(trace.get("rankings").get(0).get("averagePrecision").doubleValue())
                .isGreaterThan(0.9);
    }

    @Test
    void silenceForWantOfHeldOutRowsIsNamed() {
        Path few = folder.resolve("few");
        CommandRun.of(
                "train",
                "--data",
                "overlay:" + folder.resolve("poisoned"),
                "--validation",
                0.015,
                "--epochs",
                12,
                "--quiet",
                "--out",
                few);

        CommandRun run = CommandRun.of("audit", "--run", few, "--inputs", "test", "--inputs", "attack", "--quiet");

        assertThat(run.out())
                .contains("held-out rows are too few to show that a class has more flagged inputs")
                .containsPattern("inputs taken for class 0 are flagged, but only [0-9] held-out rows are taken for it")
                .contains("would have been enough.", "More rows are held out with 'expunge train --validation'.");
    }

    @Test
    void textSetsTheTraceBesideItsControls() {
        CommandRun run =
                CommandRun.of("audit", "--run", attacked, "--inputs", "test", "--inputs", "attack", "--top", 3);

        assertThat(run.code()).isEqualTo(ExitCodes.OK);
        assertThat(run.err()).contains("auditing 395 inputs: done in");
        assertThat(run.out())
                .contains("rest on a few training rows", "gradient norm", "base rate 0.016", "+attack", "GFLOP/s")
                .containsPattern("knowing the class alone 0\\.1[0-9]+; base rate");
        assertThat(run.err()).contains("plan: 10 classes one after another");
    }

    @Test
    void aListSaysWhichInputsAreUnderAttackWhereTheRunDoesNotKnow() throws IOException {
        List<String> ids = new ArrayList<>();
        CommandRun.of("audit", "--run", attacked, "--inputs", "attack", "--top", 3, "--format", "json")
                .json()
                .get("heaviest")
                .forEach(input -> ids.add(input.get("id").textValue()));
        Path list = Files.write(folder.resolve("truth.txt"), ids);

        CommandRun run = CommandRun.of(
                "audit", "--run", attacked, "--inputs", "attack", "--no-controls", "--truth", list, "--format", "json");

        JsonNode truth = run.json().get("truth");
        assertThat(truth.get("targets").intValue()).isEqualTo(3);
        assertThat(truth.has("attackSuccess")).isFalse();
        assertThat(truth.has("confidencePrecision")).isFalse();
        assertThat(truth.get("averagePrecision").doubleValue()).isEqualTo(1);
        assertThat(run.json().get("statistics")).hasSize(5);
        Files.write(list, List.of());
        assertThat(CommandRun.of("audit", "--run", attacked, "--truth", list))
                .returns(ExitCodes.BAD_INPUT, CommandRun::code)
                .extracting(CommandRun::err)
                .asString()
                .contains("truth.txt", "none is under attack by it");
        Files.write(list, List.of("nobody"));
        assertThat(CommandRun.of("audit", "--run", attacked, "--truth", list))
                .returns(ExitCodes.BAD_INPUT, CommandRun::code)
                .extracting(CommandRun::err)
                .asString()
                .contains("truth.txt: 'nobody' is none of the");
    }

    @Test
    void aManifestOfAnotherAttackIsNoTruthAboutTheRun() {
        Path other = folder.resolve("other");
        CommandRun.of("attack", "--data", "digits", "--rows", 15, "--out", other);
        Path manifest = other.resolve("manifest.json");

        for (List<Object> command : List.<List<Object>>of(
                List.of("scan", "--run", attacked, "--manifest", manifest),
                List.of("audit", "--run", attacked, "--inputs", "attack", "--truth", manifest))) {
            assertThat(CommandRun.of(command.toArray()))
                    .returns(ExitCodes.BAD_INPUT, CommandRun::code)
                    .extracting(CommandRun::err)
                    .asString()
                    .contains(manifest.toString(), "of another attack", attacked.toString());
        }
        assertThat(CommandRun.of(
                                "audit",
                                "--run",
                                attacked,
                                "--truth",
                                folder.resolve("poisoned").resolve("manifest.json"))
                        .err())
                .contains("none is under attack by it");
    }

    @Nested
    class OnInputsThatAreNotUnderAttack {
        @Test
        void evidenceIsInsufficientAndNothingIsCalledClean() {
            CommandRun run = CommandRun.of("audit", "--run", attacked, "--quiet");

            assertThat(run.code()).isEqualTo(ExitCodes.OK);
            assertThat(run.out())
                    .contains("insufficient evidence", "this does not show that the data are clean")
                    .doesNotContain("planted attack");
        }
    }

    @Test
    void wrongInputsAreNamed() {
        assertThat(CommandRun.of("audit", "--run", folder.resolve("nowhere")))
                .returns(ExitCodes.BAD_INPUT, CommandRun::code)
                .extracting(CommandRun::err)
                .asString()
                .contains("nowhere: is no run directory");
        assertThat(CommandRun.of("audit", "--run", attacked, "--inputs", "ids:nobody")
                        .err())
                .contains("'nobody' is no test row of ");
        assertThat(CommandRun.of("audit", "--run", attacked, "--inputs", "csv:nosuch.csv"))
                .returns(ExitCodes.BAD_INPUT, CommandRun::code)
                .extracting(CommandRun::err)
                .asString()
                .contains("nosuch.csv: does not exist");
        assertThat(CommandRun.of("audit", "--run", attacked, "--inputs", "breast-cancer")
                        .err())
                .contains("expunge audit: ");
        assertThat(CommandRun.of("audit", "--run", attacked, "--false-positive-rate", "NaN")
                        .err())
                .contains("falsePositiveRate must be in (0, 1), got NaN");
        assertThat(CommandRun.of("audit", "--run", attacked, "--false-positive-rate", "0.0001"))
                .returns(ExitCodes.BAD_INPUT, CommandRun::code)
                .extracting(CommandRun::err)
                .asString()
                .contains("takes at least 9999 clean rows");
        assertThat(CommandRun.of("audit", "--run", attacked, "--by", "luck").err())
                .contains("no statistic is called 'luck'; there are [gas, gas-l");
        assertThat(CommandRun.of("audit", "--run", attacked, "--top", 0).err()).contains("--top must be at least 1");
    }
}
