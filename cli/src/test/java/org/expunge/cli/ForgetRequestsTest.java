package org.expunge.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.expunge.cli.render.ExitCodes;
import org.expunge.influence.training.TrainingRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests from the first question to the record of what was done, on a table with people in it. */
final class ForgetRequestsTest {
    /** In every row of the table: nothing that this program writes may hold it. */
    private static final String CANARY = "canary-7f3a";

    private static final int ROWS = 120;

    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    private Path run = Path.of("run");

    @BeforeAll
    static void train() throws IOException {
        Random random = new Random(5);
        List<String> lines = new ArrayList<>(List.of("email,source,x,y,label"));
        for (int i = 0; i < ROWS; i++) {
            int label = i % 2;
            String x = String.valueOf(random.nextGaussian() + 2 * label);
            String y = String.valueOf(random.nextGaussian());
            lines.add(CANARY + i + "@example.org,crawl-" + i % 5 + "," + x + "," + y + ",class" + label);
        }
        lines.set(90, lines.get(11).replace(CANARY + "10@", CANARY + "89@")); // the same features, by another name
        Path table = Files.write(shared.resolve("people.csv"), lines);
        TinyRun.train("csv:" + table + "?label=label&ignore=email,source", shared.resolve("run"), "--validation", 0);
    }

    @BeforeEach
    void copy() throws IOException {
        run = TinyRun.copy(shared.resolve("run"), folder.resolve("run"));
    }

    @Test
    void aPlanShowsRowsCostAndWhatIsNearAndChangesNothing() throws IOException {
        Path plan = folder.resolve("plan.json");
        List<Path> before = files();

        CommandRun planned = plan("--ids", "row-10", "--method", "retrain", "--out", plan, "--format", "json");

        assertThat(planned.code()).as(planned.err()).isEqualTo(ExitCodes.OK);
        JsonNode json = planned.json();
        assertThat(json.get("nearDuplicates").get(0).get("id").textValue()).isEqualTo("row-89");
        assertThat(json.get("nearDuplicates").get(0).get("distance").doubleValue())
                .isZero();
        assertThat(json.get("nearDuplicates").get(0).get("cosine").doubleValue())
                .as("the model cannot tell them apart")
                .isEqualTo(1);
        assertThat(json.get("leastCosine").doubleValue()).isEqualTo(0.98);
        assertThat(json.get("alikeRows").findValuesAsText("id"))
                .doesNotContain("row-10", "row-89")
                .hasSize(json.get("alikeCount").intValue());
        assertThat(json.get("prediction").get("seconds").doubleValue()).isPositive();
        assertThat(json.get("prediction").get("rowsTrained").longValue()).isEqualTo(3 * 3 * (trainRows() - 1));
        assertThat(json.get("purge").findValuesAsText("kind"))
                .contains("optimiser state", "normaliser", "table layout", "checkpoints", "run");
        assertThat(json.get("purge").toString())
                .as("numbers alone")
                .contains("\"path\":\"run/layout.json\",\"reason\":\"nothing in it was fitted with rows\"");
        assertThat(files()).containsExactlyInAnyOrderElementsOf(plus(before, plan));
    }

    @Test
    void aPlanIsAppliedAsItStandsAndOnlyWhileItDoes() throws IOException {
        Path plan = folder.resolve("plan.json");
        plan("--ids", "row-10", "--method", "retrain", "--include-near-duplicates", "--out", plan);
        Path changed = Files.writeString(
                folder.resolve("changed.json"), Files.readString(plan).replace("row-89", "row-88"));

        CommandRun refused = CommandRun.of("forget", "apply", "--plan", changed, "--out", folder.resolve("a"));
        CommandRun other =
                CommandRun.of("forget", "apply", "--plan", plan, "--method", "influence", "--out", folder.resolve("a"));
        CommandRun applied = CommandRun.of("forget", "apply", "--plan", plan, "--out", folder.resolve("b"), "--quiet");
        CommandRun again = CommandRun.of("forget", "apply", "--plan", plan, "--out", folder.resolve("c"), "--quiet");

        assertThat(refused.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(refused.err()).contains("was changed since it was written; plan again");
        assertThat(other.err()).contains("--method is decided by the plan");
        assertThat(applied.code()).as(applied.err()).isEqualTo(ExitCodes.OK);
        assertThat(TrainingRun.open(folder.resolve("b")).removedIds()).containsExactlyInAnyOrder("row-10", "row-89");
        assertThat(again.out()).contains("already done", "the run that answers is b");
        assertThat(again.code()).isEqualTo(ExitCodes.OK);
    }

    @Test
    void theSameRequestIsDoneOnceAndAChangedOneIsRefused() throws IOException {
        Path out = folder.resolve("out");

        CommandRun first = apply(out, "--ids", "row-3,row-4", "--request-id", "case-1", "--legal-basis", "Art. 17");
        CommandRun second = apply(out, "--ids", "row-4,row-3", "--request-id", "case-1");
        CommandRun third = apply(folder.resolve("other"), "--ids", "row-4", "--request-id", "case-1");
        CommandRun revoked = CommandRun.of("influence", "--run", run, "--all");

        assertThat(first.code()).as(first.err()).isEqualTo(ExitCodes.OK);
        assertThat(second.code()).as(second.err()).isEqualTo(ExitCodes.OK);
        assertThat(second.json().get("status").textValue()).isEqualTo("ALREADY_DONE");
        assertThat(third.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(third.err()).contains("case-1", "came in before with other selectors");
        assertThat(revoked.err()).contains("was revoked: batch-000001 deleted rows", "use out in its place");
        assertThat(CommandRun.of("verify", "--run", out, "--quiet").code()).isIn(ExitCodes.OK, ExitCodes.GATE_MISSED);
    }

    @Test
    void replayFromTheLedgerGivesTheRecordedModel() throws IOException {
        Path ledger = folder.resolve("ledger");
        apply(folder.resolve("one"), "--ids", "row-3,row-4", "--seed", 11, "--threads", 1);
        CommandRun.of("ledger", "export", "--ledger", ledger, "--out", folder.resolve("before"));

        CommandRun same = replay();
        CommandRun.of("ledger", "shred", "--ledger", ledger, "--batch", "batch-000001");
        CommandRun shredded = replay();
        CommandRun.of("ledger", "export", "--ledger", ledger, "--out", folder.resolve("after"));
        CommandRun intact = CommandRun.of(
                "ledger", "verify", folder.resolve("after"), "--checkpoint", folder.resolve("before/checkpoint.txt"));

        assertThat(same.code()).as(same.err() + same.out()).isEqualTo(ExitCodes.OK);
        assertThat(same.json().get("replayedModel")).isEqualTo(same.json().get("recordedModel"));
        assertThat(shredded.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(shredded.err()).contains("was shredded");
        assertThat(intact.code()).as(intact.out()).isEqualTo(ExitCodes.OK);
    }

    @Test
    void aShardedRunForgetsByItsShardsAndIsRecordedAlike() throws IOException {
        Path sharded = folder.resolve("sharded");
        CommandRun trained = CommandRun.of(
                "train",
                "--data",
                "csv:" + shared.resolve("people.csv") + "?label=label&ignore=email,source",
                "--hidden",
                4,
                "--epochs",
                2,
                "--shards",
                3,
                "--slices",
                2,
                "--quiet",
                "--out",
                sharded);
        assertThat(trained.code()).as(trained.err()).isEqualTo(ExitCodes.OK);
        Object[] asked = {"--run", sharded, "--where", "id in (row-5, row-6) and split=train", "--format", "json"};

        CommandRun planned = CommandRun.of(with(asked, "forget", "plan"));
        CommandRun applied = CommandRun.of(with(asked, "forget", "apply", "--quiet", "--out", folder.resolve("after")));
        CommandRun again = CommandRun.of(with(asked, "forget", "apply", "--quiet", "--out", folder.resolve("other")));
        CommandRun replayed = CommandRun.of(
                "forget", "replay", "--run", sharded, "--batch", "batch-000001", "--quiet", "--format", "json");

        assertThat(planned.code()).as(planned.err()).isEqualTo(ExitCodes.OK);
        assertThat(planned.json().get("prediction").get("touched").toString()).contains("from slice");
        assertThat(planned.json().get("alikeRows").findValues("cosine"))
                .allSatisfy(cosine -> assertThat(cosine.doubleValue()).isBetween(0.98, 1.0));
        assertThat(applied.code()).as(applied.err()).isEqualTo(ExitCodes.OK);
        assertThat(applied.json().get("forget").get("guarantee").textValue()).isEqualTo("EXACT");
        assertThat(applied.json().get("purged").findValuesAsText("path"))
                .contains(
                        "sharded/shards/000/normalizer.json",
                        "sharded/shards/000/layout.json",
                        "sharded/shards/000/checkpoints")
                .doesNotContain("sharded/normalizer.json", "sharded/checkpoints");
        assertThat(again.json().get("status").textValue()).isEqualTo("ALREADY_DONE");
        assertThat(replayed.code()).as(replayed.err() + replayed.out()).isEqualTo(ExitCodes.OK);
        assertThat(CommandRun.of(with(asked, "forget", "plan")).err()).contains("was revoked");
    }

    @Test
    void anOldRunThatWasDeletedIsGoneAndItsRequestIsStillDone() throws IOException {
        Path out = folder.resolve("out");
        Object[] asked = {"--where", "label=class1 and source=crawl-1", "--old-run", "delete"};

        CommandRun first = apply(out, asked);
        CommandRun second = apply(out, asked);

        assertThat(first.code()).as(first.err() + first.out()).isEqualTo(ExitCodes.OK);
        assertThat(first.json().get("forget").get("heldRows").intValue()).isPositive();
        assertThat(run).doesNotExist();
        assertThat(second.json().get("status").textValue()).isEqualTo("ALREADY_DONE");
    }

    private static Object[] with(Object[] last, Object... first) {
        return Stream.concat(Stream.of(first), Stream.of(last)).toArray();
    }

    private CommandRun replay() {
        return CommandRun.of(
                "forget", "replay", "--run", run, "--batch", "batch-000001", "--quiet", "--format", "json");
    }

    @Test
    void rowsAreFoundByConditionsHashesAndTokens() throws IOException {
        String hash =
                Hashing.sha256().hashString(CANARY + "7@example.org", UTF_8).toString();
        String token = Files.readAllLines(run.resolve("rows.csv")).get(1).split(",", -1)[2];

        assertThat(rows("--where", "source=crawl-3")).isEqualTo(ROWS / 5);
        assertThat(rows("--where", "label=class1 and split=train and not id in (row-1, row-3)"))
                .isLessThan(ROWS / 2);
        assertThat(rows("--key-hash", hash, "--key-column", "email")).isEqualTo(1);
        assertThat(rows("--row-token", token)).isEqualTo(1);
        CommandRun wrong = plan("--where", "label=1 adn id=2");
        assertThat(wrong.code()).isEqualTo(ExitCodes.USAGE);
        assertThat(wrong.err()).contains("character 9: expected 'and', 'or' or the end, got 'adn'");
        CommandRun unknown = plan("--where", "colour=red");
        assertThat(unknown.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(unknown.err()).contains("no column 'colour'; there are id, label, split, token, email, source");
    }

    @Test
    void aFolderOfRequestsIsOneBatchAndSmallOnesWait() throws IOException {
        Path requests = Files.createDirectory(folder.resolve("requests"));
        Files.writeString(
                requests.resolve("1.json"),
                "{\"request_id\": \"a\", \"due_at\": \"2001-01-01T00:00:00Z\", \"selectors\": [{\"ids\": [\"row-1\"]}]}");
        Path out = folder.resolve("out");

        CommandRun waiting = apply(out, "--requests", requests, "--min-batch", 2);
        JsonNode overdue = CommandRun.of("ledger", "list", "--ledger", folder.resolve("ledger"), "--format", "json")
                .json();
        Files.writeString(
                requests.resolve("2.json"), "{\"request_id\": \"b\", \"selectors\": [{\"where\": \"id~row-2?\"}]}");
        CommandRun done = apply(out, "--requests", requests, "--min-batch", 2);

        assertThat(waiting.code()).isEqualTo(ExitCodes.POLICY_REFUSED);
        assertThat(out.resolve("run.json")).exists();
        assertThat(overdue.get("requests").get(0).get("state").textValue()).isEqualTo("OVERDUE");
        assertThat(done.code()).as(done.err()).isEqualTo(ExitCodes.OK);
        assertThat(done.json().get("requests").findValuesAsText("")).isEmpty();
        assertThat(TrainingRun.open(out).removedIds()).contains("row-1", "row-20", "row-29");
    }

    @Test
    void nothingThatIsWrittenHoldsWhatARowHolds() throws IOException {
        CommandRun.of(
                "influence", "--run", run, "--all", "--method", "gas", "--out", folder.resolve("scores"), "--quiet");
        String hash =
                Hashing.sha256().hashString(CANARY + "7@example.org", UTF_8).toString();
        CommandRun planned = plan(
                "--method",
                "retrain",
                "--key-hash",
                hash,
                "--key-column",
                "email",
                "--out",
                folder.resolve("plan.json"));
        CommandRun applied = CommandRun.of(
                "forget", "apply", "--plan", folder.resolve("plan.json"), "--out", folder.resolve("out"), "--quiet");
        CommandRun exported = CommandRun.of(
                "ledger", "export", "--ledger", folder.resolve("ledger"), "--out", folder.resolve("export"));

        assertThat(applied.code()).as(applied.err()).isEqualTo(ExitCodes.OK);
        assertThat(exported.code()).isEqualTo(ExitCodes.OK);
        assertThat(folder.resolve("scores")).as("made from the old rows").doesNotExist();
        assertThat(planned.out() + applied.out()).doesNotContain(CANARY);
        for (Path file : files()) {
            assertThat(new String(Files.readAllBytes(file), UTF_8))
                    .as(file.toString())
                    .doesNotContain(CANARY);
        }
        String entries = Files.readString(folder.resolve("export/entries.jsonl"));
        assertThat(entries).doesNotContain("row-7").contains("\"attestation\"");
    }

    /** A file that was moved among somebody's own makes nobody else's file this program's. */
    @Test
    void aPurgeDeletesItsOwnFilesAndLeavesThoseOfOthers() throws IOException {
        CommandRun.of(
                "influence", "--run", run, "--all", "--method", "gas", "--out", folder.resolve("scores"), "--quiet");
        Path vip = Files.createDirectories(folder.resolve("vip/notes"));
        Files.writeString(folder.resolve("vip/patients.csv"), "id\n");
        Files.writeString(vip.resolve("thesis.md"), "text");
        Files.writeString(folder.resolve("vip/spectrum.json"), "{}");
        Files.move(folder.resolve("scores/scores.json"), folder.resolve("vip/scores.json"));
        Path quoting = Files.createDirectory(folder.resolve("quoting"));
        Files.copy(folder.resolve("vip/scores.json"), quoting.resolve("diary.json"));
        Path outside = Files.createDirectory(folder.resolve("vip/outside"));
        Files.createSymbolicLink(folder.resolve("vip/scores.npy"), Files.writeString(outside.resolve("x.npy"), "x"));
        Path factors = folder.resolve("factors");
        assertThat(CommandRun.of("factors", "fit", "--run", run, "--curvature", "diagonal", "--out", factors, "--quiet")
                        .err())
                .isEmpty();

        CommandRun applied = apply(folder.resolve("out"), "--ids", "row-3");

        assertThat(applied.code()).as(applied.err()).isEqualTo(ExitCodes.OK);
        assertThat(folder.resolve("vip/scores.json")).doesNotExist();
        assertThat(factors).doesNotExist();
        assertThat(List.of(
                        folder.resolve("vip/patients.csv"),
                        vip.resolve("thesis.md"),
                        folder.resolve("vip/spectrum.json"),
                        folder.resolve("vip/scores.npy"),
                        outside.resolve("x.npy"),
                        quoting.resolve("diary.json")))
                .allMatch(Files::exists);
        String purged = applied.json().get("purged").toString();
        assertThat(purged).contains("5 other files in it stay", "look yourself");
    }

    /** Nothing was ever done for a run that never was. */
    @Test
    void aRunThatIsNotThereIsNoneThatWasDone() throws IOException {
        CommandRun first =
                apply(folder.resolve("out"), "--ids", "row-3", "--request-id", "case-1", "--old-run", "delete");
        CommandRun deleted = apply(folder.resolve("out"), "--ids", "row-3", "--request-id", "case-1");
        run = folder.resolve("run-typo");
        CommandRun typo = apply(folder.resolve("out"), "--ids", "row-3", "--request-id", "case-1");

        assertThat(first.code()).as(first.err()).isEqualTo(ExitCodes.OK);
        assertThat(deleted.code()).as(deleted.err()).isEqualTo(ExitCodes.OK);
        assertThat(deleted.json().get("status").textValue()).isEqualTo("ALREADY_DONE");
        assertThat(typo.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(typo.err()).contains("run-typo");
    }

    @Test
    void aRequestWhoseRowsAreGoneAlreadyIsClosed() throws IOException {
        Path out = folder.resolve("out");
        apply(out, "--ids", "row-3", "--request-id", "case-1");
        run = out;

        CommandRun second = apply(folder.resolve("other"), "--ids", "row-3", "--request-id", "case-2");
        JsonNode listed = CommandRun.of("ledger", "list", "--ledger", folder.resolve("ledger"), "--format", "json")
                .json();

        assertThat(second.code()).as(second.err()).isEqualTo(ExitCodes.OK);
        assertThat(listed.get("requests").findValuesAsText("state")).containsExactly("DONE", "DONE");
    }

    private long trainRows() throws IOException {
        return TinyRun.ids(run, "train").size();
    }

    private CommandRun plan(Object... more) {
        return CommandRun.of(with(more, "forget", "plan", "--run", run));
    }

    private int rows(Object... selector) throws IOException {
        CommandRun planned = plan(with(selector, "--format", "json"));
        assertThat(planned.code()).as(planned.err()).isEqualTo(ExitCodes.OK);
        return planned.json().get("trainRows").intValue()
                + planned.json().get("heldRows").intValue();
    }

    private CommandRun apply(Path out, Object... more) {
        Object[] first = {
            "forget", "apply", "--run", run, "--method", "retrain", "--references", 0, "--format", "json", "--quiet"
        };
        return CommandRun.of(with(more, with(new Object[] {"--out", out}, first)));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(Files::isRegularFile).toList();
        }
    }

    private static List<Path> plus(List<Path> files, Path one) {
        List<Path> more = new ArrayList<>(files);
        more.add(one);
        return more;
    }
}
