package org.expunge.unlearning.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.google.common.primitives.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerVerifierTest {
    private static final List<String> FILES = List.of("entries.jsonl", "checkpoint.txt", "public-key.pem");

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
        for (String name : FILES) {
            byte[] good = Files.readAllBytes(export.resolve(name));
            for (int at = 0; at < good.length; at++) {
                for (int other : new int[] {good[at] ^ 1, good[at] ^ 128, '\r'}) {
                    byte[] bad = good.clone();
                    bad[at] = (byte) other;
                    if (bad[at] != good[at]) {
                        expectFinding(name, bad, "byte " + at + " changed from " + good[at] + " to " + other);
                    }
                }
            }
            Files.write(export.resolve(name), good);
        }
    }

    @Test
    void bytesPutInTakenOutOrCutAreFound() throws Exception {
        for (String name : FILES) {
            byte[] good = Files.readAllBytes(export.resolve(name));
            int step = 1 + good.length / 200;
            for (int at = 0; at < good.length; at += step) {
                byte[] before = Arrays.copyOf(good, at);
                byte[] after = Arrays.copyOfRange(good, at + 1, good.length);
                expectFinding(name, Bytes.concat(before, after), "without byte " + at);
                expectFinding(name, before, "cut at " + at);
            }
            for (int at = good.length; at >= 0; at -= step) {
                for (String more : List.of("\r", "\n", " ")) {
                    byte[] bad = Bytes.concat(
                            Arrays.copyOf(good, at),
                            more.getBytes(StandardCharsets.US_ASCII),
                            Arrays.copyOfRange(good, at, good.length));
                    expectFinding(name, bad, "with " + more.length() + " bytes more at " + at);
                }
            }
            String text = new String(good, StandardCharsets.UTF_8);
            for (String bad : List.of(
                    text.replace("\n", "\r\n"),
                    text.replace('\n', '\r'),
                    text + text,
                    "\ufeff" + text,
                    text + "note")) {
                expectFinding(name, bad.getBytes(StandardCharsets.UTF_8), "as " + bad);
            }
            expectFinding(name, Arrays.copyOf(good, good.length - 1), "without its last byte");
            Files.write(export.resolve(name), good);
        }
    }

    @Test
    void aMissingFileIsFound() throws Exception {
        for (String name : FILES) {
            byte[] good = Files.readAllBytes(export.resolve(name));
            Files.delete(export.resolve(name));
            assertThat(problems(List.of())).as("without %s", name).anyMatch(problem -> problem.contains(name));
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

    private void expectFinding(String name, byte[] bad, String what) throws IOException {
        Files.write(export.resolve(name), bad);
        if (problems(List.of()).isEmpty()) {
            fail("%s %s is called intact", name, what);
        }
    }

    private List<String> problemsOf(List<String> lines) throws IOException {
        Files.write(export.resolve("entries.jsonl"), lines, StandardCharsets.UTF_8);
        return problems(List.of());
    }

    private List<String> problems(List<Checkpoint> known) throws IOException {
        return new LedgerVerifier(key, known).verify(export).problems();
    }
}
