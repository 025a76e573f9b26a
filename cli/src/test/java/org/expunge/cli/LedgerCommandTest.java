package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.expunge.cli.render.ExitCodes;
import org.expunge.influence.training.TrainingRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LedgerCommandTest {
    @TempDir
    private static Path shared;

    private static Path exported = Path.of("export");
    private static Path kept = Path.of("checkpoint.txt");
    private static CommandRun failed = new CommandRun(0, "", "");

    @TempDir
    private Path folder;

    private Path export = Path.of("export");

    /** A batch that is rolled back, because nothing can be shown without references, and one that is applied. */
    @BeforeAll
    static void keepALedger() throws IOException {
        Path run = TinyRun.train("digits?limit=60", shared.resolve("run"));
        String id = TinyRun.ids(run, "train").get(0);
        failed = apply(run, id, "--method", "influence", "--out", shared.resolve("rolled-back"));
        exported = export("first");
        kept = exported.resolve("checkpoint.txt");
        apply(run, id, "--method", "retrain", "--out", shared.resolve("applied"));
        exported = export("second");
    }

    private static CommandRun apply(Path run, String id, Object... more) {
        List<Object> words = new ArrayList<>(List.of(
                "forget", "apply", "--run", run, "--ids", id, "--references", 0, "--quiet", "--format", "json"));
        words.addAll(List.of(more));
        return CommandRun.of(words.toArray());
    }

    private static Path export(String name) {
        Path out = shared.resolve(name);
        assertThat(CommandRun.of("ledger", "export", "--ledger", shared.resolve("ledger"), "--out", out)
                        .code())
                .isEqualTo(ExitCodes.OK);
        return out;
    }

    @BeforeEach
    void copy() throws IOException {
        export = TinyRun.copy(exported, folder.resolve("export"));
    }

    @Test
    void aBatchThatCannotBeShownIsRolledBackAndRecorded() throws IOException {
        assertThat(failed.code()).isIn(ExitCodes.GATE_MISSED, ExitCodes.RETRAIN_REQUIRED);
        assertThat(failed.json().get("reason").textValue()).startsWith("Nothing was published: ");
        assertThat(shared.resolve("rolled-back")).doesNotExist();
        assertThat(TrainingRun.open(shared.resolve("applied")).removedIds()).hasSize(1);
        assertThat(Files.readString(export.resolve("entries.jsonl"))).contains("\"BATCH_FAILED\"", "\"BATCH_APPLIED\"");
    }

    @Test
    void theListSaysHowFarRequestsAre() throws IOException {
        CommandRun list = CommandRun.of("ledger", "list", "--ledger", shared.resolve("ledger"), "--format", "json");

        JsonNode request = list.json().get("requests").get(0);
        assertThat(request.get("state").textValue()).isEqualTo("DONE");
        assertThat(request.get("batch").textValue()).isEqualTo("batch-000002");
        assertThat(CommandRun.of("ledger", "list", "--ledger", folder).err()).contains("holds no ledger");
        assertThat(folder.resolve("ledger.mv.db")).doesNotExist();
    }

    @Test
    void anExportIsIntactAlsoAgainstACheckpointThatWasKept() throws IOException {
        CommandRun verified = CommandRun.of("ledger", "verify", export, "--checkpoint", kept, "--format", "json");

        assertThat(verified.code()).as(verified.out()).isEqualTo(ExitCodes.OK);
        assertThat(verified.json().get("isIntact").booleanValue()).isTrue();
        assertThat(verified.json().get("attestations").intValue()).isEqualTo(1);
    }

    @Test
    void aChangedByteIsFoundWhereverItIs() throws IOException {
        Path entries = export.resolve("entries.jsonl");
        byte[] bytes = Files.readAllBytes(entries);
        for (int at = 0; at < bytes.length; at += 97) {
            byte[] changed = bytes.clone();
            changed[at] ^= 1;
            Files.write(entries, changed);

            assertThat(CommandRun.of("ledger", "verify", export).code())
                    .as("byte %s", at)
                    .isEqualTo(ExitCodes.GATE_MISSED);
        }
    }

    @Test
    void aMissingOrBrokenFileIsAFindingAndAFolderThatIsNoExportIsWrongInput() throws IOException {
        for (String name : List.of("entries.jsonl", "checkpoint.txt", "public-key.pem")) {
            byte[] good = Files.readAllBytes(export.resolve(name));
            Files.delete(export.resolve(name));
            assertThat(CommandRun.of("ledger", "verify", export).code())
                    .as("without %s", name)
                    .isEqualTo(ExitCodes.GATE_MISSED);
            for (int at = 0; at < good.length; at += 31) {
                byte[] changed = good.clone();
                changed[at] ^= (byte) 128;
                Files.write(export.resolve(name), changed);
                assertThat(CommandRun.of("ledger", "verify", export, "--checkpoint", kept)
                                .code())
                        .as("%s, byte %s", name, at)
                        .isEqualTo(ExitCodes.GATE_MISSED);
            }
            Files.write(export.resolve(name), good);
        }
        CommandRun none = CommandRun.of("ledger", "verify", folder);
        assertThat(none.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(none.err()).contains("is not the export of a ledger");
        Path garbage = Files.writeString(folder.resolve("garbage.txt"), "garbage");
        assertThat(CommandRun.of("ledger", "verify", export, "--checkpoint", garbage)
                        .code())
                .isEqualTo(ExitCodes.BAD_INPUT);
    }

    @Test
    void aDroppedEntryIsFoundAndSoIsACutTail() throws IOException {
        Path entries = export.resolve("entries.jsonl");
        List<String> lines = Files.readAllLines(entries);
        for (int dropped = 0; dropped < lines.size(); dropped++) {
            List<String> others = new ArrayList<>(lines);
            others.remove(dropped);
            Files.write(entries, others);

            assertThat(CommandRun.of("ledger", "verify", export).code())
                    .as("entry %s", dropped)
                    .isEqualTo(ExitCodes.GATE_MISSED);
        }
    }

    @Test
    void aHistoryThatWasCutBackWithItsCheckpointIsFoundByAKeptOne() throws IOException {
        Path old = TinyRun.copy(shared.resolve("first"), folder.resolve("old"));
        Path newer = Files.writeString(
                folder.resolve("kept.txt"), Files.readString(export.resolve("checkpoint.txt")), StandardCharsets.UTF_8);

        assertThat(CommandRun.of("ledger", "verify", old).code()).isEqualTo(ExitCodes.OK);
        CommandRun held = CommandRun.of("ledger", "verify", old, "--checkpoint", newer);
        assertThat(held.code()).isEqualTo(ExitCodes.GATE_MISSED);
        assertThat(held.out()).contains("entries are missing or damaged");
    }
}
