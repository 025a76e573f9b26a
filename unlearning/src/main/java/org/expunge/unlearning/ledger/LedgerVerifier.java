package org.expunge.unlearning.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Json;

/**
 * Checks an exported ledger on its own: form, order, hash chain, Merkle root, signatures. Needs no database, no network
 * and no secret.
 *
 * <p>What it cannot find without {@code known} checkpoints: a history that the holder of the signing key wrote anew,
 * and a tail that was cut together with the newest checkpoint, put back to an older one.
 *
 * <p><b>Cost.</b> Two hashes an entry; memory for one entry.
 */
public final class LedgerVerifier {
    static final String ENTRIES = "entries.jsonl";
    static final String CHECKPOINT = "checkpoint.txt";
    static final String KEY = "public-key.pem";

    /** Under this key a payload keeps its signed statement. */
    static final String ATTESTATION = "attestation";

    private final VerifyingKey key;
    private final List<Checkpoint> known;

    /**
     * Makes a verifier.
     *
     * @param key the ledger's, from a source that the auditor trusts
     * @param known checkpoints that the auditor kept, their signatures verified
     */
    public LedgerVerifier(VerifyingKey key, List<Checkpoint> known) {
        this.key = key;
        this.known = List.copyOf(known);
    }

    /**
     * What was found.
     *
     * @param entries whole entries read before the first that is damaged
     * @param root Merkle root over them, base64
     * @param keyFingerprint of the key that signatures were checked with
     * @param attestations signed statements checked
     * @param problems in words, naming the entry; empty if all is well
     */
    public record Report(long entries, String root, String keyFingerprint, int attestations, List<String> problems) {
        /** Copies the list. */
        public Report {
            problems = List.copyOf(problems);
        }

        /** Returns whether nothing was found. */
        public boolean isIntact() {
            return problems.isEmpty();
        }
    }

    /**
     * Reads the public key that lies in an export: to compare its fingerprint with one from elsewhere.
     *
     * @param export the directory
     * @throws IOException if it cannot be read
     */
    public static VerifyingKey exportedKey(Path export) throws IOException {
        return VerifyingKey.read(export.resolve(KEY), exportedName(export));
    }

    /**
     * Reads the name of the ledger that was exported, as its checkpoint has it.
     *
     * @param export the directory
     * @throws IOException if it cannot be read
     */
    public static String exportedName(Path export) throws IOException {
        return Files.readString(export.resolve(CHECKPOINT)).split("\n", 2)[0];
    }

    /** Returns whether a directory holds at least one file of an export. */
    public static boolean isExport(Path directory) {
        return Stream.of(ENTRIES, CHECKPOINT, KEY).anyMatch(name -> Files.exists(directory.resolve(name)));
    }

    /**
     * Checks an export, byte for byte: each file has one spelling. A missing file is a problem found, not an error.
     *
     * @param export the directory
     * @return what was found
     * @throws IOException if a file that is there cannot be read
     */
    public Report verify(Path export) throws IOException {
        List<String> problems = new ArrayList<>();
        Map<Long, List<Checkpoint>> bySize = new HashMap<>();
        known.forEach(checkpoint -> bySize.computeIfAbsent(checkpoint.size(), size -> new ArrayList<>())
                .add(checkpoint));
        finding(problems, CHECKPOINT, () -> {
            Checkpoint newest = Checkpoint.verify(Files.readString(export.resolve(CHECKPOINT)), key, CHECKPOINT);
            bySize.computeIfAbsent(newest.size(), size -> new ArrayList<>()).add(newest);
        });
        finding(problems, KEY, () -> {
            if (!Files.readString(export.resolve(KEY)).equals(key.pem())) {
                throw new BadInputException(
                        KEY, "is not, byte for byte, key " + key.fingerprint() + ": it was changed or replaced");
            }
        });
        Reading reading = new Reading(bySize, problems);
        finding(problems, ENTRIES, () -> {
            try (InputStream bytes = new BufferedInputStream(Files.newInputStream(export.resolve(ENTRIES)))) {
                reading.read(bytes);
            }
        });
        reading.finish();
        return new Report(
                reading.tree.size(), Reading.root(reading.tree), key.fingerprint(), reading.attestations, problems);
    }

    /** Part of the check. */
    @FunctionalInterface
    private interface Check {
        /** Throws what is wrong. */
        void run() throws IOException;
    }

    private static void finding(List<String> problems, String file, Check check) throws IOException {
        try {
            check.run();
        } catch (BadInputException e) {
            problems.add(String.valueOf(e.getMessage()));
        } catch (CharacterCodingException e) {
            problems.add(file + ": is not UTF-8, so it was changed");
        } catch (NoSuchFileException e) {
            problems.add(file + ": is missing from the export");
        }
    }

    /** One pass over the entries. */
    private final class Reading {
        private final Map<Long, List<Checkpoint>> bySize;
        private final List<String> problems;
        private MerkleFrontier tree = MerkleFrontier.EMPTY;
        private String previous = LedgerEntry.GENESIS;
        private int attestations;

        Reading(Map<Long, List<Checkpoint>> bySize, List<String> problems) {
            this.bySize = bySize;
            this.problems = problems;
        }

        void read(InputStream bytes) throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int next = bytes.read(); next >= 0; next = bytes.read()) {
                if (next == '\n') {
                    take(line.toByteArray());
                    line.reset();
                } else {
                    line.write(next);
                }
            }
            if (line.size() > 0) {
                throw new BadInputException(
                        ENTRIES,
                        "entry " + tree.size() + " does not end in a line break: the end was cut off or changed");
            }
        }

        private void take(byte[] line) throws IOException {
            String source = ENTRIES + ": entry " + tree.size();
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(line))
                    .toString();
            if (text.indexOf('\r') >= 0) {
                throw new BadInputException(source, "holds a carriage return: line breaks were changed");
            }
            LedgerEntry entry = LedgerEntry.parse(text, source);
            require(entry.line().equals(text), source, "is not spelled as an entry is");
            require(entry.seq() == tree.size(), source, "says it is entry " + entry.seq());
            require(entry.previous().equals(previous), source, "does not follow on the entry before it");
            if (entry.payload().has(ATTESTATION)) {
                envelope(entry.payload().get(ATTESTATION), source).verify(key, source + ", its attestation");
                attestations++;
            }
            previous = entry.hash();
            tree = tree.plus(line);
            compare();
        }

        /** Every checkpoint must have been met. */
        void finish() {
            bySize.forEach((size, checkpoints) -> {
                if (size > tree.size()) {
                    problems.add("a checkpoint speaks of " + size + " entries, but only " + tree.size()
                            + " could be read: entries are missing or damaged");
                }
            });
            long newest =
                    bySize.keySet().stream().mapToLong(Long::longValue).max().orElse(0);
            if (tree.size() > newest) {
                problems.add("no checkpoint covers the entries from " + newest + " to " + (tree.size() - 1));
            }
        }

        private void compare() {
            for (Checkpoint checkpoint : bySize.getOrDefault(tree.size(), List.of())) {
                if (!checkpoint.root().equals(root(tree))) {
                    problems.add("the first " + tree.size() + " entries are not those that the checkpoint of "
                            + checkpoint.origin() + " at " + checkpoint.size() + " was signed for");
                }
            }
        }

        private static void require(boolean isTrue, String source, String problem) throws BadInputException {
            if (!isTrue) {
                throw new BadInputException(
                        source, problem + ": entries were changed, dropped or put in another order");
            }
        }

        private static Envelope envelope(JsonNode json, String source) throws BadInputException {
            try {
                return Json.mapper().treeToValue(json, Envelope.class);
            } catch (JsonProcessingException e) {
                throw new BadInputException(source, "its attestation is no envelope", e);
            }
        }

        private static String root(MerkleFrontier tree) {
            return Base64.getEncoder().encodeToString(tree.root());
        }
    }
}
