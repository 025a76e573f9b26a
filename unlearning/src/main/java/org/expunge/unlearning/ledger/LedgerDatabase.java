package org.expunge.unlearning.ledger;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** The tables of a ledger: H2 or PostgreSQL, whose schema Flyway brings up to date. One connection, one thread. */
final class LedgerDatabase implements AutoCloseable {
    private static final String RESOURCES = "classpath:org/expunge/unlearning/ledger/";
    private static final Logger FLYWAY = Logger.getLogger("org.flywaydb");

    private final Connection connection;
    private final boolean isPostgres;

    private LedgerDatabase(Connection connection, boolean isPostgres) {
        this.connection = connection;
        this.isPostgres = isPostgres;
    }

    /** Work on the tables that is done whole or not at all. */
    @FunctionalInterface
    interface Work<T> {
        /** Does the work. */
        T run() throws SQLException, IOException;
    }

    /**
     * Where the next entry goes.
     *
     * @param origin name of the ledger
     * @param lastHash hash of the newest entry
     * @param tree the tree over all entries
     */
    record Head(String origin, String lastHash, MerkleFrontier tree) {}

    /**
     * Opens the tables and brings the schema up to date.
     *
     * @param url {@code jdbc:h2:…} or {@code jdbc:postgresql:…}
     * @throws LedgerException if there is no such database, or another process has it
     */
    static LedgerDatabase open(String url) throws LedgerException {
        FLYWAY.setLevel(Level.WARNING);
        try {
            boolean isPostgres = url.startsWith("jdbc:postgresql:");
            Flyway.configure()
                    .dataSource(url, null, null)
                    .table("ledger_schema")
                    .failOnMissingLocations(true)
                    .locations(
                            isPostgres
                                    ? new String[] {RESOURCES + "migration", RESOURCES + "postgresql"}
                                    : new String[] {RESOURCES + "migration"})
                    .load()
                    .migrate();
            Connection connection = DriverManager.getConnection(url);
            connection.setAutoCommit(false);
            return new LedgerDatabase(connection, isPostgres);
        } catch (FlywayException | SQLException e) {
            throw new LedgerException(
                    "the ledger's database " + withoutSecrets(url) + " cannot be opened; is it there, and is no other"
                            + " process using it? It said: " + firstLine(e),
                    e);
        }
    }

    /** Does work in one transaction. */
    <T> T transaction(Work<T> work) throws IOException {
        try {
            boolean isDone = false;
            try {
                T result = work.run();
                connection.commit();
                isDone = true;
                force();
                return result;
            } finally {
                if (!isDone) {
                    connection.rollback();
                }
            }
        } catch (SQLException e) {
            throw new LedgerException("the ledger's database failed and nothing was recorded: " + firstLine(e), e);
        }
    }

    /**
     * H2 writes what was committed half a second later, unless it is told to do so now; PostgreSQL does it by itself.
     */
    private void force() throws SQLException {
        if (!isPostgres) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("CHECKPOINT SYNC");
            }
        }
    }

    /** Returns the head, locked until the transaction ends; nothing for a new ledger. */
    Optional<Head> lockHead() throws SQLException {
        String sql = "SELECT origin, size, last_hash, frontier FROM ledger_head WHERE id = 1 FOR UPDATE";
        try (PreparedStatement select = connection.prepareStatement(sql);
                ResultSet row = select.executeQuery()) {
            if (!row.next()) {
                return Optional.empty();
            }
            List<byte[]> roots = new ArrayList<>();
            for (String root : Splitter.on(' ').omitEmptyStrings().split(row.getString(4))) {
                roots.add(Base64.getDecoder().decode(root));
            }
            return Optional.of(new Head(row.getString(1), row.getString(3), new MerkleFrontier(row.getLong(2), roots)));
        }
    }

    void createHead(String origin) throws SQLException {
        String sql = "INSERT INTO ledger_head (id, origin, size, last_hash, frontier) VALUES (1, ?, 0, ?, '')";
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            insert.setString(1, origin);
            insert.setString(2, LedgerEntry.GENESIS);
            insert.executeUpdate();
        }
    }

    void moveHead(String hash, MerkleFrontier tree) throws SQLException {
        Base64.Encoder encoder = Base64.getEncoder();
        List<String> roots = tree.roots().stream().map(encoder::encodeToString).toList();
        String sql = "UPDATE ledger_head SET size = ?, last_hash = ?, frontier = ? WHERE id = 1";
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            update.setLong(1, tree.size());
            update.setString(2, hash);
            update.setString(3, String.join(" ", roots));
            update.executeUpdate();
        }
    }

    void insertEntry(LedgerEntry entry, Checkpoint checkpoint) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO ledger_entry (seq, line, hash) VALUES (?, ?, ?)")) {
            insert.setLong(1, entry.seq());
            insert.setString(2, entry.line());
            insert.setString(3, entry.hash());
            insert.executeUpdate();
        }
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO ledger_checkpoint (size, note) VALUES (?, ?)")) {
            insert.setLong(1, checkpoint.size());
            insert.setString(2, checkpoint.note());
            insert.executeUpdate();
        }
    }

    /** Hands out the stored lines in order. */
    void lines(long from, Consumer<String> sink) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT line FROM ledger_entry WHERE seq >= ? ORDER BY seq")) {
            select.setLong(1, from);
            select.setFetchSize(1_000);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    sink.accept(rows.getString(1));
                }
            }
        }
    }

    /** Returns the newest signed note. */
    String newestNote() throws SQLException {
        try (PreparedStatement select =
                        connection.prepareStatement("SELECT note FROM ledger_checkpoint ORDER BY size DESC LIMIT 1");
                ResultSet row = select.executeQuery()) {
            row.next();
            return row.getString(1);
        }
    }

    void insertPublication(long seq, Publication publication) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO ledger_publication (seq, staged, target) VALUES (?, ?, ?)")) {
            insert.setLong(1, seq);
            insert.setString(2, publication.staged().toString());
            insert.setString(3, publication.target().toString());
            insert.executeUpdate();
        }
    }

    /** Returns the publications that are not finished, by entry. */
    Map<Long, Publication> publications() throws SQLException {
        Map<Long, Publication> publications = new LinkedHashMap<>();
        try (PreparedStatement select =
                        connection.prepareStatement("SELECT seq, staged, target FROM ledger_publication ORDER BY seq");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                publications.put(
                        rows.getLong(1), new Publication(Path.of(rows.getString(2)), Path.of(rows.getString(3))));
            }
        }
        return publications;
    }

    void deletePublication(long seq) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM ledger_publication WHERE seq = ?")) {
            delete.setLong(1, seq);
            delete.executeUpdate();
        }
    }

    private static String withoutSecrets(String url) {
        return url.replaceAll("(?i)(password=)[^&;]*", "$1…");
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).strip().split("\n", 2)[0];
    }

    @Override
    public void close() throws LedgerException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new LedgerException("the ledger's database did not close: " + firstLine(e), e);
        }
    }
}
