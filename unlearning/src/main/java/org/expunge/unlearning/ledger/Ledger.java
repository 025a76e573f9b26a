package org.expunge.unlearning.ledger;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.expunge.influence.io.AtomicFiles;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Json;
import org.expunge.influence.io.SecretFiles;

/**
 * The ledger of one organisation: a directory with the signing key and the keys of row tokens, and a database, embedded
 * in the directory (H2) or elsewhere (PostgreSQL).
 *
 * <p>An append is one transaction: entry, signed checkpoint and the run to publish are recorded together or not at all.
 * A process killed between the transaction and the move of the run leaves a complete run under its working name; the
 * next {@link #open} moves it.
 *
 * <p><b>Cost.</b> An append hashes the entry and {@code log₂ n} nodes and signs once.
 *
 * <p>Several processes may use one PostgreSQL ledger; H2 admits one at a time. Not for use by several threads.
 */
public final class Ledger implements AutoCloseable {
    private static final String KEY = "signing-key.pem";
    private static final String TOKEN_KEYS = "token-keys";
    private static final Pattern BATCH = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    private static final Set<EntryType> DECISIONS = Set.of(EntryType.BATCH_APPLIED, EntryType.BATCH_FAILED);
    private static final String BATCH_NAME = "batch";

    private final Path directory;
    private final LedgerDatabase database;
    private final SigningKey key;
    private final Clock clock;

    private Ledger(Path directory, LedgerDatabase database, SigningKey key, Clock clock) {
        this.directory = directory;
        this.database = database;
        this.key = key;
        this.clock = clock;
    }

    private record Opening(String ledger, String keyFingerprint) {}

    private record Shredding(String batch) {}

    /**
     * Opens or starts a ledger whose database lies in its directory.
     *
     * @param directory made if it is missing
     * @param name what checkpoints call it, without white space or plus signs
     * @throws BadInputException if it is another ledger, or its key is missing
     * @throws IOException if it cannot be read or written, or another process has it open
     */
    public static Ledger open(Path directory, String name) throws IOException {
        return open(directory, name, urlIn(directory), Clock.systemUTC());
    }

    /**
     * Opens or starts a ledger whose database lies elsewhere.
     *
     * @param directory holds the keys; made if it is missing
     * @param name what checkpoints call it, without white space or plus signs
     * @param url {@code jdbc:postgresql:…} or {@code jdbc:h2:…}
     * @throws BadInputException if it is another ledger, or its key is missing
     * @throws IOException if it cannot be read or written
     */
    public static Ledger open(Path directory, String name, String url) throws IOException {
        return open(directory, name, url, Clock.systemUTC());
    }

    static Ledger open(Path directory, String name, String url, Clock clock) throws IOException {
        Files.createDirectories(directory);
        LedgerDatabase database = LedgerDatabase.open(url);
        try {
            Path file = directory.resolve(KEY);
            boolean isNew = database.transaction(() -> database.lockHead().isEmpty());
            if (!isNew && !Files.exists(file)) {
                throw new BadInputException(
                        file, "the ledger's signing key is missing; put it back, for without it nothing can be added");
            }
            SigningKey key = Files.exists(file) ? SigningKey.read(file, name) : SigningKey.create(file, name);
            Ledger ledger = new Ledger(directory, database, key, clock);
            if (isNew) {
                ledger.start();
            }
            ledger.requireOwn();
            ledger.finishPublications();
            return ledger;
        } catch (IOException | RuntimeException e) {
            database.close();
            throw e;
        }
    }

    /**
     * Opens the ledger of a directory under the name that it has, or starts one.
     *
     * @param directory holds the keys; made if it is missing
     * @param url the database; the directory's own if there is none
     * @param name what a new ledger is called
     * @throws BadInputException if its key is missing or is another ledger's
     * @throws IOException if it cannot be read or written, or another process has it open
     */
    public static Ledger resume(Path directory, Optional<String> url, String name) throws IOException {
        String place = url.orElseGet(() -> urlIn(directory));
        Files.createDirectories(directory);
        String known;
        try (LedgerDatabase database = LedgerDatabase.open(place)) {
            known = database.transaction(
                    () -> database.lockHead().map(LedgerDatabase.Head::origin).orElse(name));
        }
        return open(directory, known, place, Clock.systemUTC());
    }

    /** Returns whether a directory holds the keys of a ledger. */
    public static boolean isIn(Path directory) {
        return Files.exists(directory.resolve(KEY));
    }

    private static String urlIn(Path directory) {
        return "jdbc:h2:file:" + directory.toAbsolutePath().resolve("ledger");
    }

    /** Returns what others check signatures with. */
    public VerifyingKey verifyingKey() {
        return key.verifying();
    }

    /** Returns what entries of this ledger are signed with. */
    public SigningKey signingKey() {
        return key;
    }

    /**
     * Appends an entry.
     *
     * @param type what happened
     * @param payload a record or map of texts, truth values, finite numbers, lists and maps; never row content
     * @return the entry
     * @throws LedgerException if it decides on a batch that another process decided on
     * @throws IOException if it could not be recorded
     */
    public LedgerEntry append(EntryType type, Object payload) throws IOException {
        return database.transaction(() -> insert(type, payload));
    }

    /**
     * Appends an entry and moves a directory into place: both or neither, whenever the process is killed.
     *
     * @param type what happened
     * @param payload as of {@link #append(EntryType, Object)}
     * @param publication what to move once the entry is recorded
     * @return the entry
     * @throws IOException if it could not be recorded, or not be moved; then the next {@link #open} moves it
     */
    public LedgerEntry append(EntryType type, Object payload, Publication publication) throws IOException {
        AtomicFiles.refuseExisting(publication.target());
        LedgerEntry appended = database.transaction(() -> {
            LedgerEntry entry = insert(type, payload);
            database.insertPublication(entry.seq(), publication);
            return entry;
        });
        finishPublications();
        return appended;
    }

    /**
     * Returns the entries from a position on.
     *
     * @param from position of the first, from 0
     */
    public List<LedgerEntry> entries(long from) throws IOException {
        List<String> lines = lines(from);
        List<LedgerEntry> entries = new ArrayList<>();
        for (String line : lines) {
            entries.add(LedgerEntry.parse(line, "ledger entry " + (from + entries.size())));
        }
        return entries;
    }

    /** Returns the newest signed checkpoint: give it to somebody who keeps it. */
    public Checkpoint checkpoint() throws IOException {
        String note = database.transaction(database::newestNote);
        return Checkpoint.verify(note, key.verifying(), "the newest checkpoint");
    }

    /**
     * Writes everything that {@link LedgerVerifier} needs: {@code entries.jsonl}, {@code checkpoint.txt},
     * {@code public-key.pem}.
     *
     * @param out the directory to appear
     * @throws IOException if it exists or cannot be written
     */
    public void export(Path out) throws IOException {
        AtomicFiles.directory(out, folder -> {
            List<String> lines = database.transaction(() -> {
                AtomicFiles.writeString(folder.resolve(LedgerVerifier.CHECKPOINT), database.newestNote());
                return linesOf(0);
            });
            AtomicFiles.write(folder.resolve(LedgerVerifier.ENTRIES), stream -> {
                for (String line : lines) {
                    stream.write((line + "\n").getBytes(StandardCharsets.UTF_8));
                }
            });
            AtomicFiles.writeString(
                    folder.resolve(LedgerVerifier.KEY), key.verifying().pem());
        });
    }

    /**
     * Draws the key that names the rows of a batch.
     *
     * @param batch letters, digits, '.', '_' and '-', at most 100
     * @throws IOException if the batch has a key already
     */
    public RowTokens createTokens(String batch) throws IOException {
        return RowTokens.create(tokenKey(batch));
    }

    /** Returns whether a batch has a key. */
    public boolean hasTokens(String batch) {
        return Files.exists(tokenKey(batch));
    }

    /**
     * Opens the key that names the rows of a batch.
     *
     * @throws IOException if there is none, for example because it was shredded
     */
    public RowTokens tokens(String batch) throws IOException {
        return RowTokens.open(tokenKey(batch));
    }

    /**
     * Destroys the key that names the rows of a batch, and records it. Its tokens then say nothing about anybody.
     *
     * @throws IOException if there is none
     */
    public void shredTokens(String batch) throws IOException {
        SecretFiles.shred(tokenKey(batch));
        append(EntryType.KEY_SHREDDED, new Shredding(batch));
    }

    private void start() throws IOException {
        database.transaction(() -> {
            database.createHead(key.name());
            return insert(
                    EntryType.OPENED, new Opening(key.name(), key.verifying().fingerprint()));
        });
    }

    private void requireOwn() throws IOException {
        LedgerEntry first = LedgerEntry.parse(lines(0).get(0), "ledger entry 0");
        Opening opening = Json.mapper().treeToValue(first.payload(), Opening.class);
        if (!opening.equals(new Opening(key.name(), key.verifying().fingerprint()))) {
            throw new BadInputException(
                    directory,
                    "the ledger '" + opening.ledger() + "' was opened with key " + opening.keyFingerprint()
                            + ", but this is '" + key.name() + "' with key "
                            + key.verifying().fingerprint());
        }
    }

    private LedgerEntry insert(EntryType type, Object payload) throws SQLException, IOException {
        LedgerDatabase.Head head = database.lockHead().orElseThrow();
        LedgerEntry entry = new LedgerEntry(
                LedgerEntry.FORMAT,
                head.tree().size(),
                Instant.now(clock).truncatedTo(ChronoUnit.MILLIS).toString(),
                type,
                head.lastHash(),
                Json.mapper().valueToTree(payload));
        if (DECISIONS.contains(type)) {
            requireNewBatch(entry.payload().path(BATCH_NAME).asText());
        }
        MerkleFrontier tree = head.tree().plus(entry.line().getBytes(StandardCharsets.UTF_8));
        database.insertEntry(entry, Checkpoint.sign(key, tree));
        database.moveHead(entry.hash(), tree);
        return entry;
    }

    /** A batch is decided once. The head is locked, so that no other process can add one meanwhile. */
    private void requireNewBatch(String batch) throws SQLException, IOException {
        for (String line : linesOf(0)) {
            if (!line.contains('"' + batch + '"')) {
                continue; // most lines, without parsing them
            }
            LedgerEntry entry = LedgerEntry.parse(line, "an entry of the ledger");
            if (DECISIONS.contains(entry.type())
                    && entry.payload().path(BATCH_NAME).asText().equals(batch)) {
                throw new LedgerException("another process is applying to this ledger: it recorded " + batch
                        + " first. Nothing was recorded or published; give the command again");
            }
        }
    }

    private void finishPublications() throws IOException {
        Map<Long, Publication> publications = database.transaction(database::publications);
        for (Map.Entry<Long, Publication> publication : publications.entrySet()) {
            publication.getValue().finish();
            database.transaction(() -> {
                database.deletePublication(publication.getKey());
                return publication.getKey();
            });
        }
    }

    private List<String> lines(long from) throws IOException {
        return database.transaction(() -> linesOf(from));
    }

    private List<String> linesOf(long from) throws SQLException {
        List<String> lines = new ArrayList<>();
        database.lines(from, lines::add);
        return lines;
    }

    private Path tokenKey(String batch) {
        checkArgument(BATCH.matcher(batch).matches(), "a batch is named by letters, digits and ._-, got '%s'", batch);
        return directory.resolve(TOKEN_KEYS).resolve(batch + ".key");
    }

    @Override
    public void close() throws IOException {
        database.close();
    }
}
