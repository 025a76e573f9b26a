package org.expunge.unlearning.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.expunge.influence.io.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every database must keep of a ledger. */
abstract class LedgerContract {
    @TempDir
    Path folder;

    /** Opens the ledger of this test, as often as it likes. */
    abstract Ledger open() throws IOException;

    @Test
    void entriesFollowOnOneAnotherAndOutliveTheProcess() throws Exception {
        try (Ledger ledger = open()) {
            ledger.append(EntryType.REQUEST_RECEIVED, Map.of("request", "r1", "rows", 3));
        }
        try (Ledger ledger = open()) {
            LedgerEntry entry = ledger.append(EntryType.BATCH_APPLIED, Map.of("batch", "b1"));
            List<LedgerEntry> entries = ledger.entries(0);

            assertThat(entries)
                    .extracting(LedgerEntry::type)
                    .containsExactly(EntryType.OPENED, EntryType.REQUEST_RECEIVED, EntryType.BATCH_APPLIED);
            assertThat(entry).isEqualTo(entries.get(2));
            assertThat(entry.previous()).isEqualTo(entries.get(1).hash());
            assertThat(ledger.checkpoint().size()).isEqualTo(3);
        }
    }

    @Test
    void anExportIsIntactAndItsTailCannotBeCut() throws Exception {
        Path export = folder.resolve("export");
        try (Ledger ledger = open()) {
            ledger.append(EntryType.REQUEST_RECEIVED, Map.of("request", "r1"));
            ledger.append(EntryType.BATCH_APPLIED, attested(ledger));
            ledger.export(export);

            LedgerVerifier.Report report = new LedgerVerifier(ledger.verifyingKey(), List.of()).verify(export);
            assertThat(report.problems()).isEmpty();
            assertThat(report.entries()).isEqualTo(3);
            assertThat(report.attestations()).isEqualTo(1);

            List<String> lines = Files.readAllLines(export.resolve("entries.jsonl"));
            Files.write(export.resolve("entries.jsonl"), lines.subList(0, 2));
            assertThat(new LedgerVerifier(ledger.verifyingKey(), List.of())
                            .verify(export)
                            .problems())
                    .singleElement()
                    .asString()
                    .contains("3 entries", "only 2");
        }
    }

    @Test
    void aRunIsPublishedWithItsEntry() throws Exception {
        Path staged = staged("run.staged");
        Path target = folder.resolve("run");
        try (Ledger ledger = open()) {
            ledger.append(EntryType.BATCH_APPLIED, Map.of("batch", "b1"), new Publication(staged, target));

            assertThat(target.resolve("model")).hasContent("new");
            assertThat(staged).doesNotExist();
        }
    }

    @Test
    void aRunWhoseEntryWasRecordedBeforeTheProcessDiedIsPublishedByTheNext() throws Exception {
        Path staged = staged("run.staged");
        Path target = folder.resolve("run");
        Path blocked = folder.resolve("blocked");
        try (Ledger ledger = open()) {
            Files.move(staged, blocked); // the move into place will fail, as if the process died before it
            assertThatThrownBy(() -> ledger.append(
                            EntryType.BATCH_APPLIED, Map.of("batch", "b1"), new Publication(staged, target)))
                    .isInstanceOf(BadInputException.class);
        }
        Files.move(blocked, staged);

        try (Ledger ledger = open()) {
            assertThat(target.resolve("model")).hasContent("new");
            assertThat(ledger.entries(1)).hasSize(1);
        }
        try (Ledger ledger = open()) {
            assertThat(ledger.entries(0)).hasSize(2);
        }
    }

    @Test
    void nothingIsRecordedWhereTheTargetExists() throws Exception {
        Path staged = staged("run.staged");
        try (Ledger ledger = open()) {
            assertThatThrownBy(() -> ledger.append(
                            EntryType.BATCH_APPLIED, Map.of("batch", "b1"), new Publication(staged, folder)))
                    .isInstanceOf(FileAlreadyExistsException.class);
            assertThat(ledger.entries(0)).hasSize(1);
        }
    }

    @Test
    void aBatchIsDecidedOnceAndWhoeverComesSecondIsTold() throws Exception {
        try (Ledger ledger = open()) {
            ledger.append(EntryType.BATCH_FAILED, Map.of("batch", "batch-000001"));
            ledger.append(EntryType.PURGED, Map.of("batch", "batch-000002"));
            Path staged = staged("second.staged");

            assertThatThrownBy(() -> ledger.append(
                            EntryType.BATCH_APPLIED,
                            Map.of("batch", "batch-000001"),
                            new Publication(staged, folder.resolve("second"))))
                    .isInstanceOf(LedgerException.class)
                    .hasMessageContaining("another process is applying to this ledger")
                    .hasMessageContaining("batch-000001");
            assertThat(folder.resolve("second")).doesNotExist();
            ledger.append(EntryType.BATCH_APPLIED, Map.of("batch", "batch-000002"));
            assertThat(ledger.entries(0)).hasSize(4);
        }
    }

    @Test
    void tokensNameRowsUntilTheirKeyIsShredded() throws Exception {
        try (Ledger ledger = open()) {
            RowTokens tokens = ledger.createTokens("b1");
            List<String> named = tokens.tokens(Set.of("row-7", "row-8"));

            assertThat(named).hasSize(2).isSorted().doesNotHaveDuplicates();
            assertThat(ledger.tokens("b1").tokens(Set.of("row-8", "row-7"))).isEqualTo(named);
            assertThat(ledger.createTokens("b2").token("row-7")).isNotIn(named);

            ledger.shredTokens("b1");
            assertThatThrownBy(() -> ledger.tokens("b1")).isInstanceOf(IOException.class);
            assertThat(ledger.entries(1)).extracting(LedgerEntry::type).containsExactly(EntryType.KEY_SHREDDED);
        }
    }

    @Test
    void anotherKeyOrNameIsRefused() throws Exception {
        Path key = folder.resolve("ledger").resolve("signing-key.pem");
        open().close();
        byte[] kept = Files.readAllBytes(key);
        Files.delete(key);
        assertThatThrownBy(this::open).isInstanceOf(BadInputException.class).hasMessageContaining("missing");

        SigningKey.create(key, "tests");
        assertThatThrownBy(this::open).isInstanceOf(BadInputException.class).hasMessageContaining("was opened with");

        Files.write(key, kept);
        open().close();
    }

    static Map<String, Object> attested(Ledger ledger) {
        Statement statement = Statement.ofUnlearning(
                List.of(Statement.Subject.of("model.zip", "ab".repeat(32))), Map.of("rows", 5, "residual", 1.25e-7));
        return Map.of("batch", "b1", "attestation", Envelope.sign(statement, ledger.signingKey()));
    }

    private Path staged(String name) throws IOException {
        Path staged = Files.createDirectory(folder.resolve(name));
        Files.writeString(staged.resolve("model"), "new");
        return staged;
    }
}
