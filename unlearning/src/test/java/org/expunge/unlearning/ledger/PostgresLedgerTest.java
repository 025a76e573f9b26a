package org.expunge.unlearning.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The ledger in a real PostgreSQL. */
class PostgresLedgerTest extends LedgerContract {
    private static EmbeddedPostgres postgres;

    private static int databases;

    private String url = "";

    @BeforeAll
    static void start() throws IOException {
        postgres = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stop() throws IOException {
        postgres.close();
    }

    @BeforeEach
    void createDatabase() throws SQLException {
        String name = "ledger" + databases++;
        execute(postgres.getJdbcUrl("postgres", "postgres"), "CREATE DATABASE " + name);
        url = postgres.getJdbcUrl("postgres", name);
    }

    @Override
    Ledger open() throws IOException {
        return Ledger.open(folder.resolve("ledger"), "tests", url);
    }

    @Test
    void theDatabaseRefusesToChangeOrDropEntries() throws Exception {
        open().close();

        for (String sql : new String[] {
            "UPDATE ledger_entry SET line = '{}'", "DELETE FROM ledger_entry", "DELETE FROM ledger_checkpoint"
        }) {
            assertThatThrownBy(() -> execute(url, sql))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("append-only");
        }
    }

    @Test
    void twoProcessesAppendInTurn() throws Exception {
        open().close();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<?> one = threads.submit(() -> appendTwenty("one"));
            Future<?> two = threads.submit(() -> appendTwenty("two"));
            one.get();
            two.get();
        } finally {
            threads.shutdown();
        }

        try (Ledger ledger = open()) {
            ledger.export(folder.resolve("export"));
            LedgerVerifier.Report report =
                    new LedgerVerifier(ledger.verifyingKey(), List.of()).verify(folder.resolve("export"));
            assertThat(report.problems()).isEmpty();
            assertThat(report.entries()).isEqualTo(41);
        }
    }

    @Test
    void twoProcessesThatChoseTheSameBatchCannotBothRecordIt() throws Exception {
        try (Ledger one = open();
                Ledger two = open()) {
            two.append(EntryType.BATCH_APPLIED, Map.of("batch", "batch-000001"));

            assertThatThrownBy(() -> one.append(EntryType.BATCH_APPLIED, Map.of("batch", "batch-000001")))
                    .isInstanceOf(LedgerException.class)
                    .hasMessageContaining("another process is applying to this ledger");
            assertThat(one.entries(0)).hasSize(2);
        }
    }

    private Void appendTwenty(String who) throws IOException {
        try (Ledger ledger = open()) {
            for (int i = 0; i < 20; i++) {
                ledger.append(EntryType.REQUEST_RECEIVED, Map.of("request", who + i));
            }
        }
        return null;
    }

    private static void execute(String url, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
