package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
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
        CommandRun.of("attack", "--data", "digits", "--out", poisoned);
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
                        "calibrationRows",
                        "checkpoints",
                        "flagged",
                        "heaviest",
                        "inputs",
                        "labels",
                        "method",
                        "options",
                        "run",
                        "threshold",
                        "top",
                        "traces",
                        "truth",
                        "verdict");
        assertThat(json.get("truth").get("attackSuccess").doubleValue()).isGreaterThan(0.9);
        JsonNode trace = json.get("traces").get(0);
        assertThat(trace.get("label").intValue()).isZero();
        assertThat(trace.get("rows").get(0).get("isAdversarial").booleanValue()).isTrue();
        assertThat(trace.get("rankings").findValuesAsText("method"))
                .containsExactly("mean gas", "random", "gradient norm", "raw nearest neighbour");
        assertThat(trace.get("rankings").get(0).get("averagePrecision").doubleValue())
                .isGreaterThan(0.9);
    }

    @Test
    void textSetsTheTraceBesideItsControls() {
        CommandRun run =
                CommandRun.of("audit", "--run", attacked, "--inputs", "test", "--inputs", "attack", "--top", 3);

        assertThat(run.code()).isEqualTo(ExitCodes.OK);
        assertThat(run.err()).contains("auditing 395 inputs: done in");
        assertThat(run.out()).contains("rest on a few training rows", "gradient norm", "base rate 0.016", "+attack");
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
        assertThat(CommandRun.of("audit", "--run", attacked, "--inputs", "breast-cancer")
                        .err())
                .contains("expunge audit: ");
        assertThat(CommandRun.of("audit", "--run", attacked, "--false-positive-rate", "NaN")
                        .err())
                .contains("falsePositiveRate must be in (0, 1), got NaN");
        assertThat(CommandRun.of("audit", "--run", attacked, "--top", 0).err()).contains("--top must be at least 1");
    }
}
