package org.expunge.unlearning.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerVerifierTest {
    @TempDir
    Path folder;

    private Path export = Path.of("");
    private VerifyingKey key;
    private Checkpoint atTwo;

    @BeforeEach
    void writeAnExport() throws Exception {
        export = folder.resolve("export");
        try (Ledger ledger = Ledger.open(folder.resolve("ledger"), "tests")) {
            ledger.append(EntryType.REQUEST_RECEIVED, Map.of("request", "r1", "rows", 3));
            atTwo = ledger.checkpoint();
            ledger.append(EntryType.BATCH_APPLIED, LedgerContract.attested(ledger));
            ledger.append(EntryType.REQUEST_RECEIVED, Map.of("request", "r2"));
            ledger.export(export);
            key = ledger.verifyingKey();
        }
    }

    @Test
    void anUntouchedExportIsIntactWithEveryCheckpointKept() throws Exception {
        assertThat(problems(List.of(atTwo))).isEmpty();
        assertThat(LedgerVerifier.exportedKey(export).fingerprint()).isEqualTo(key.fingerprint());
    }

    @Test
    void everyChangedByteIsFound() throws Exception {
        SplittableRandom random = new SplittableRandom(5);
        for (String name : List.of("entries.jsonl", "checkpoint.txt")) {
            byte[] good = Files.readAllBytes(export.resolve(name));
            for (int trial = 0; trial < 60; trial++) {
                byte[] bad = good.clone();
                int at = random.nextInt(bad.length - (name.endsWith("l") ? 1 : 0)); // but the last line break
                bad[at] ^= (byte) (1 << random.nextInt(7));
                Files.write(export.resolve(name), bad);

                assertThat(problems(List.of()))
                        .as("%s with byte %s changed from %s to %s", name, at, good[at], bad[at])
                        .isNotEmpty();
            }
            Files.write(export.resolve(name), good);
        }
    }

    @Test
    void aDroppedAMovedAndARepeatedEntryAreFound() throws Exception {
        List<String> lines = Files.readAllLines(export.resolve("entries.jsonl"));
        for (int i = 0; i < lines.size(); i++) {
            List<String> dropped = new ArrayList<>(lines);
            dropped.remove(i);
            assertThat(problemsOf(dropped)).as("without entry %s", i).isNotEmpty();

            List<String> repeated = new ArrayList<>(lines);
            repeated.add(i, lines.get(i));
            assertThat(problemsOf(repeated)).as("entry %s twice", i).isNotEmpty();
        }
        List<String> moved = new ArrayList<>(lines);
        Collections.swap(moved, 1, 2);
        assertThat(problemsOf(moved)).isNotEmpty();
    }

    @Test
    void aHistoryWrittenAnewWithTheSameKeyIsFoundByAKeptCheckpoint() throws Exception {
        Files.move(folder.resolve("ledger").resolve("signing-key.pem"), folder.resolve("key"));
        Path forged = Files.createDirectory(folder.resolve("forged"));
        Files.copy(folder.resolve("key"), forged.resolve("signing-key.pem"));
        try (Ledger ledger = Ledger.open(forged, "tests")) {
            for (int i = 0; i < 5; i++) {
                ledger.append(EntryType.REQUEST_RECEIVED, Map.of("request", "other" + i));
            }
            ledger.export(folder.resolve("forged-export"));
        }
        export = folder.resolve("forged-export");

        assertThat(problems(List.of())).isEmpty();
        assertThat(problems(List.of(atTwo))).singleElement().asString().contains("first 2 entries");
    }

    @Test
    void anotherKeyIsFound() throws Exception {
        key = SigningKey.create(folder.resolve("other.pem"), "tests").verifying();

        assertThat(problems(List.of())).isNotEmpty().first().asString().contains(key.fingerprint());
    }

    private List<String> problemsOf(List<String> lines) throws IOException {
        Files.write(export.resolve("entries.jsonl"), lines, StandardCharsets.UTF_8);
        return problems(List.of());
    }

    private List<String> problems(List<Checkpoint> known) throws IOException {
        return new LedgerVerifier(key, known).verify(export).problems();
    }
}
