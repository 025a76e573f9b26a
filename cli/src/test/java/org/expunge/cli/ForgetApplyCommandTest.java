package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.expunge.cli.render.ExitCodes;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.io.Json;
import org.expunge.influence.training.TrainingRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ForgetApplyCommandTest {
    @TempDir
    private static Path folder;

    private static Path run = Path.of("run");
    private static List<String> ids = List.of();

    @BeforeAll
    static void train() throws IOException {
        run = TinyRun.train(folder.resolve("run"), "--l2", 0.001);
        ids = TinyRun.ids(run, "train");
    }

    private static CommandRun forget(Path out, Object... more) {
        Object[] words = {"forget", "apply", "--run", run, "--out", out};
        return CommandRun.of(Stream.of(words, more).flatMap(Stream::of).toArray());
    }

    @Test
    void retrainingIsExactVerifiedAndWrittenAsANewRun() throws IOException {
        Path out = folder.resolve("retrained");

        CommandRun forget = forget(
                out,
                "--method",
                "retrain",
                "--ids",
                ids.get(3) + "," + ids.get(8),
                "--format",
                "json",
                "--old-run",
                "keep");

        assertThat(forget.code()).as(forget.err()).isEqualTo(ExitCodes.OK);
        JsonNode json = forget.json();
        assertThat(json.fieldNames())
                .toIterable()
                .containsExactly(
                        "batch",
                        "checkpoint",
                        "done",
                        "forget",
                        "ledger",
                        "purged",
                        "reason",
                        "requests",
                        "run",
                        "status");
        json = json.get("forget");
        assertThat(json.fieldNames())
                .toIterable()
                .containsExactly(
                        "cost",
                        "details",
                        "guarantee",
                        "heldRows",
                        "ids",
                        "method",
                        "out",
                        "outcome",
                        "run",
                        "verification");
        assertThat(json.get("guarantee").textValue()).isEqualTo("EXACT");
        assertThat(json.get("verification").get("retrained")).hasSize(2);
        assertThat(json.get("verification").get("before").get("test"))
                .as("the model before is measured with its own normalisation")
                .isEqualTo(Json.read(run.resolve("metrics.json"), JsonNode.class)
                        .get("last")
                        .get("test"));
        TrainingRun after = TrainingRun.open(out);
        assertThat(after.removedIds()).containsExactlyInAnyOrder(ids.get(3), ids.get(8));
        assertThat(after.train().ids()).doesNotContain(ids.get(3)).hasSize(208);
        assertThat(after.normalizer()).isNotEqualTo(TrainingRun.open(run).normalizer());
        assertThat(out.resolve("report.md")).content().contains("Verification:", "exact: the rows were never read");
        assertThat(out.resolve("verification.json")).exists();
    }

    @Test
    void outThatCannotBeWrittenIsRefusedBeforeTheWork() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");

        CommandRun forget = forget(file.resolve("run"), "--method", "retrain", "--ids", ids.get(0));

        assertThat(forget.code()).isEqualTo(ExitCodes.INPUT_OUTPUT);
        assertThat(forget.err()).doesNotContain("forgetting");
    }

    @Test
    void anExactDeletionThatCostsUtilityIsPublishedAndTheStatementSaysSo() throws IOException {
        Path out = folder.resolve("weak");

        CommandRun forget = forget(
                out,
                "--method",
                "retrain",
                "--ids",
                String.join(",", ids.subList(0, 195)),
                "--references",
                0,
                "--quiet",
                "--old-run",
                "keep");

        assertThat(forget.code()).as(forget.out()).isEqualTo(ExitCodes.OK);
        JsonNode statement = TinyRun.predicate(out);
        assertThat(statement.get("verification").toString()).contains("{\"gate\":\"utility\",\"verdict\":\"fail\"}");
        assertThat(statement.get("decision").textValue()).contains("gates failed", "utility");
    }

    @Test
    void longRequestsAreCountedAndNotListedWhole() {
        CommandRun forget = forget(
                folder.resolve("many"),
                "--method",
                "retrain",
                "--ids",
                String.join(",", ids.subList(0, 23)),
                "--references",
                0,
                "--quiet",
                "--old-run",
                "keep");

        assertThat(forget.out()).contains("Forgetting 23 rows of ", " and 3 more");
    }

    @Test
    void influenceStepIsFollowedByVerification() throws IOException {
        Path out = folder.resolve("influence");

        CommandRun forget = forget(
                out, "--ids", ids.get(3), "--method", "influence", "--references", 0, "--quiet", "--old-run", "keep");

        assertThat(forget.code()).isIn(ExitCodes.OK, ExitCodes.GATE_MISSED, ExitCodes.RETRAIN_REQUIRED);
        boolean isWritten = forget.code() == ExitCodes.OK;
        assertThat(Files.exists(out)).isEqualTo(isWritten);
        assertThat(forget.out()).contains("nothing proved, only measured");
        assertThat(forget.out().contains("Nothing was published")).isEqualTo(!isWritten);
    }

    @Test
    void autoSaysWhatBecameOfEveryRungAndEndsInAnExactModel() throws IOException {
        Path out = folder.resolve("auto");

        CommandRun forget = forget(
                out,
                "--ids",
                ids.get(9),
                "--method",
                "auto",
                "--references",
                0,
                "--old-run",
                "keep",
                "--accept-inconclusive",
                "--format",
                "json");

        JsonNode json = forget.json().get("forget");
        assertThat(json.get("method").textValue()).isEqualTo("auto");
        assertThat(json.get("guarantee").textValue()).isEqualTo("EXACT");
        JsonNode steps = json.get("details").get("steps");
        assertThat(steps.findValuesAsText("rung"))
                .containsExactly(
                        "sharded",
                        "certified-head",
                        "delta-grad",
                        "influence",
                        "ssd",
                        "neg-grad-plus",
                        "random-label",
                        "scrub",
                        "fine-tune",
                        "retrain");
        assertThat(steps.get(9).get("decision").textValue()).isEqualTo("ACCEPTED");
        assertThat(steps.get(3).get("reason").textValue()).contains("of a retraining");
        TrainingRun before = TrainingRun.open(run);
        TrainingRun after = TrainingRun.open(out);
        assertThat(after.normalizer())
                .as("retraining has left nothing of the row in the normalisation")
                .isEqualTo(Normalizer.fit(
                        after.raw().train(), before.recipe().data().normalization()));
    }

    @Test
    void verifyReachesTheSameFiguresFromTheRunsAlone() throws IOException {
        Path out = folder.resolve("for-verify");
        JsonNode forget = forget(
                        out,
                        "--method",
                        "retrain",
                        "--ids",
                        ids.get(5),
                        "--references",
                        0,
                        "--old-run",
                        "keep",
                        "--format",
                        "json")
                .json()
                .get("forget");

        CommandRun verify = CommandRun.of("verify", "--run", out, "--format", "json");

        JsonNode json = verify.json();
        assertThat(json.fieldNames()).toIterable().containsExactly("before", "ids", "run", "verification");
        assertThat(json.get("verification").get("after").get("test").get("rows"))
                .isEqualTo(forget.get("verification").get("after").get("test").get("rows"));
        assertThat(json.get("verification").get("verdict"))
                .isEqualTo(forget.get("verification").get("verdict"));
        assertThat(verify.code()).isEqualTo(ExitCodes.GATE_MISSED);
    }

    @Test
    void verifyComparesWithRunsThatNeverSawTheRows() {
        Path out = folder.resolve("for-against");
        forget(out, "--method", "retrain", "--ids", ids.get(6), "--old-run", "keep", "--references", 0, "--quiet");

        CommandRun good = CommandRun.of("verify", "--run", out, "--against", out);
        CommandRun bad = CommandRun.of("verify", "--run", out, "--against", run);

        assertThat(good.out()).contains("Distance to a retrained model", "Jensen-Shannon");
        assertThat(bad.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(bad.err()).contains("was trained on rows that were to be forgotten, so it is no reference");
        assertThat(CommandRun.of("verify", "--run", run).err())
                .contains("was not derived from another run, so there is nothing to verify");
        assertThat(CommandRun.of("verify", "--run", out, "--before", out).err())
                .contains("is not the run that " + out + " was made from; use --before DIR");
    }

    @Test
    void impossibleRequestsChangeNothing() throws IOException {
        Path out = folder.resolve("never");
        Path nothing = Files.writeString(folder.resolve("nothing.txt"), "\n \n");
        Path everything = Files.write(folder.resolve("everything.txt"), ids);

        assertRefused(
                "2 of 2 row ids are not among the 300 rows of digits?limit=300: nix, nobody; nothing was changed",
                out,
                "--ids",
                "nobody,nix");
        assertRefused("the request names no rows; give at least one row id", out, "--ids-file", nothing.toString());
        assertRefused(
                "forgetting all 210 training rows of " + run + " leaves none to learn from; delete the model instead",
                out,
                "--ids-file",
                everything.toString());
        assertThat(forget(out, "--method", "retrain").code()).isEqualTo(ExitCodes.USAGE);
        assertThat(forget(run, "--method", "retrain", "--ids", ids.get(0)).err())
                .contains("it exists already");
    }

    private static void assertRefused(String message, Path out, String... rows) {
        CommandRun forget = forget(out, "--method", "retrain", rows[0], rows[1]);

        assertThat(forget.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(forget.err()).isEqualToIgnoringNewLines("expunge forget apply: " + message);
        assertThat(out).doesNotExist();
    }
}
