package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.expunge.cli.render.ExitCodes;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that cannot be done leave none that seems to wait, and no key that nobody knows of. */
final class ForgetRefusedTest {
    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    private Path run = Path.of("run");

    @BeforeAll
    static void train() {
        TinyRun.train("digits?limit=60", shared.resolve("run"));
    }

    @BeforeEach
    void copy() throws IOException {
        run = TinyRun.copy(shared.resolve("run"), folder.resolve("run"));
        apply("first", "--ids", TinyRun.ids(run, "train").get(0), "--old-run", "keep", "--method", "retrain");
    }

    @Test
    void whatIsSeenToBeImpossibleLeavesNeitherEntryNorKey() throws IOException {
        List<String> before = keys();
        int entries = listing().get("entries").size();

        CommandRun all = apply(
                "all",
                "--ids",
                String.join(",", TinyRun.ids(run, "train")),
                "--method",
                "retrain",
                "--request-id",
                "r");
        CommandRun held = apply("held", "--ids", TinyRun.ids(run, "test").get(0), "--method", "retrain");

        assertThat(all.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(all.err()).contains("leaves none to learn from");
        assertThat(held.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(keys()).isEqualTo(before);
        assertThat(listing().get("entries")).hasSize(entries);
    }

    @Test
    void whatShowsLaterIsRecordedAsRefusedAndMayComeAgain() throws IOException {
        String id = TinyRun.ids(run, "train").get(1);

        CommandRun refused = apply("refused", "--ids", id, "--method", "delta-grad", "--request-id", "case-1");
        JsonNode after = listing();
        CommandRun again = apply("again", "--ids", id, "--method", "retrain", "--request-id", "case-1");
        JsonNode end = listing();

        assertThat(refused.code()).as(refused.out()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(state(after)).isEqualTo("REFUSED");
        assertThat(after.get("entries").findValuesAsText("type")).endsWith("REQUEST_RECEIVED", "REQUEST_REFUSED");
        assertThat(again.code()).as(again.err()).isEqualTo(ExitCodes.OK);
        assertThat(state(end)).isEqualTo("DONE");
        assertThat(end.get("entries").findValuesAsText("type"))
                .containsSubsequence("REQUEST_REFUSED", "REQUEST_RECEIVED", "BATCH_APPLIED");
        assertThat(end.toString()).as("no row is named").doesNotContain("\"" + id + "\"");
    }

    @Test
    void aFileOfAFolderThatCannotBeDoneIsNamedWithItsRequest() throws IOException {
        Path requests = Files.createDirectory(folder.resolve("requests"));
        String known = "[{\"ids\": [\"" + TinyRun.ids(run, "train").get(1) + "\"]}]";
        Files.writeString(requests.resolve("1.json"), "{\"selectors\": " + known + "}");
        Path second = requests.resolve("2.json");

        Files.writeString(second, "{\"request_id\": \"case-2\", \"selectors\": [{\"ids\": [\"nobody\"]}]}");
        CommandRun applied = apply("a", "--requests", requests, "--method", "retrain");
        CommandRun planned = CommandRun.of("forget", "plan", "--run", run, "--requests", requests);
        Files.writeString(second, "{\"due_at\": \"tomorrow\", \"selectors\": " + known + "}");
        CommandRun late = apply("b", "--requests", requests, "--method", "retrain");

        for (CommandRun refused : List.of(applied, planned)) {
            assertThat(refused.code()).isEqualTo(ExitCodes.BAD_INPUT);
            assertThat(refused.err()).contains("2.json: request case-2: 1 of 1 row ids are not among", "nobody");
        }
        assertThat(late.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(late.err())
                .contains("2.json: line 1: due_at must be a time in UTC such as 2026-11-02T09:30:00Z, got 'tomorrow'")
                .doesNotContain("org.expunge");
    }

    private static String state(JsonNode listing) {
        JsonNode requests = listing.get("requests");
        return requests.get(requests.size() - 1).get("state").textValue();
    }

    private JsonNode listing() throws IOException {
        return CommandRun.of("ledger", "list", "--ledger", folder.resolve("ledger"), "--format", "json")
                .json();
    }

    private List<String> keys() throws IOException {
        try (Stream<Path> keys = Files.list(folder.resolve("ledger/token-keys"))) {
            return keys.map(Path::toString).sorted().toList();
        }
    }

    private CommandRun apply(String out, Object... more) {
        return CommandRun.of(Stream.concat(
                        Stream.of(
                                "forget",
                                "apply",
                                "--run",
                                run,
                                "--references",
                                0,
                                "--quiet",
                                "--out",
                                folder.resolve(out)),
                        Stream.of(more))
                .toArray());
    }
}
