package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.expunge.cli.render.ExitCodes;
import org.expunge.influence.training.TrainingRun;
import org.expunge.unlearning.ledger.Ledger;
import org.expunge.unlearning.ledger.LedgerVerifier;
import org.expunge.unlearning.request.AppliedBatch;
import org.expunge.unlearning.request.RequestBook;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A deletion whose process is killed with SIGKILL has happened or has not, and the same call brings it to its end. */
final class ForgetApplyKillTest {
    private static final long POLL_NANOS = 100_000;

    @TempDir
    private static Path folder;

    private static Path trained = Path.of("run");

    @BeforeAll
    static void train() {
        trained = TinyRun.train("digits?limit=60", folder.resolve("trained"));
    }

    /** Either a step of the work, or a file whose appearance is waited for; {@code *} stands for any characters. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "file ledger/signing-key.pem",
                "file ledger/ledger.mv.db",
                "file ledger/token-keys/request.*.key",
                "step receive",
                "file .out.staged.*.tmp",
                "file .out.staged.*.tmp/rows.csv",
                "file .out.staged",
                "step attest",
                "step record",
                "file out",
                "step record purge plan",
                "step purge",
                "file run/REVOKED",
                "step record purge",
                "step end"
            })
    void leavesLedgerAndRunBeforeOrAfterAndNeverBetween(String point) throws Exception {
        Path home = Files.createDirectory(folder.resolve(point.replaceAll("[^a-zA-Z]+", "-")));
        Path run = TinyRun.copy(trained, home.resolve("run"));
        Path out = home.resolve("out");

        kill(point, home, run, out, "REVOKE");

        boolean isApplied = isAfter(home, out);
        if (!isApplied) {
            assertThat(TrainingRun.open(run).removedIds())
                    .as("the old run stands")
                    .isEmpty();
        }
        CommandRun again = again(run, out);
        assertThat(again.code()).as(again.err()).isEqualTo(ExitCodes.OK);
        assertThat(again.out().contains("already done")).isEqualTo(isApplied);
        checkEnd(home, run, out);
    }

    /** Once the run before is gone, the ledger alone knows what was still to be purged. */
    @ParameterizedTest
    @ValueSource(strings = {"step purge", "step purged cache", "step record purge", "step end"})
    void finishesAPurgeThatDeletesTheRunBefore(String point) throws Exception {
        Path home = Files.createDirectory(folder.resolve("delete-" + point.replaceAll("[^a-zA-Z]+", "-")));
        Path run = TinyRun.copy(trained, home.resolve("run"));
        Path out = home.resolve("out");
        for (String cache : List.of("a", "b")) {
            CommandRun.of(
                    "influence", "--run", run, "--all", "--method", "gas", "--out", home.resolve(cache), "--quiet");
        }

        kill(point, home, run, out, "DELETE");
        CommandRun again = again(run, out, "--old-run", "delete");

        assertThat(again.code()).as(again.err()).isEqualTo(ExitCodes.OK);
        assertThat(again.out()).contains("already done");
        try (Stream<Path> list = Files.list(home)) {
            assertThat(list.map(path -> path.getFileName().toString())).containsExactlyInAnyOrder("out", "ledger");
        }
        try (Ledger ledger = Ledger.resume(home.resolve("ledger"), Optional.empty(), "expunge")) {
            RequestBook book = new RequestBook(ledger);
            assertThat(book.applied()).singleElement().matches(book::isPurged);
        }
    }

    private static CommandRun again(Path run, Path out, Object... more) {
        return CommandRun.of(Stream.concat(
                        Stream.of(
                                "forget",
                                "apply",
                                "--run",
                                run,
                                "--method",
                                "retrain",
                                "--ids",
                                String.join(",", KilledApply.IDS),
                                "--references",
                                0,
                                "--backend",
                                "reference",
                                "--threads",
                                1,
                                "--quiet",
                                "--out",
                                out),
                        Stream.of(more))
                .toArray());
    }

    private static void kill(String point, Path home, Path run, Path out, String oldRun) throws Exception {
        boolean isStep = point.startsWith("step ");
        String what = point.substring(5);
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledApply.class.getName(),
                        run.toString(),
                        out.toString(),
                        isStep ? what : "none",
                        oldRun)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (isStep) {
            assertThat(child.inputReader().readLine()).isEqualTo(what);
        } else {
            while (child.isAlive() && !isThere(home, what)) {
                LockSupport.parkNanos(POLL_NANOS);
            }
        }
        child.destroyForcibly().waitFor();
    }

    private static boolean isThere(Path home, String pattern) {
        Path glob = Path.of(pattern);
        return isThere(home, glob, 0);
    }

    private static boolean isThere(Path at, Path glob, int depth) {
        if (depth == glob.getNameCount()) {
            return Files.exists(at);
        }
        String name = glob.getName(depth).toString();
        if (!name.contains("*")) {
            return isThere(at.resolve(name), glob, depth + 1);
        }
        try (Stream<Path> list = Files.list(at)) {
            return list
                    .filter(path ->
                            at.getFileSystem().getPathMatcher("glob:" + name).matches(path.getFileName()))
                    .toList()
                    .stream()
                    .anyMatch(path -> isThere(path, glob, depth + 1));
        } catch (IOException e) {
            return false; // not there yet
        }
    }

    /** Opens the ledger as the next command would, and says whether the deletion took place. */
    private static boolean isAfter(Path home, Path out) throws IOException {
        try (Ledger ledger = Ledger.resume(home.resolve("ledger"), Optional.empty(), "expunge")) {
            List<AppliedBatch> applied = new RequestBook(ledger).applied();
            assertThat(Files.exists(out)).isEqualTo(!applied.isEmpty());
            if (applied.isEmpty()) {
                return false;
            }
            assertThat(applied).hasSize(1);
            TrainingRun after = TrainingRun.open(out);
            assertThat(after.digest()).isEqualTo(applied.get(0).runDigest());
            assertThat(after.removedIds()).containsExactlyInAnyOrderElementsOf(KilledApply.IDS);
            return true;
        }
    }

    private static void checkEnd(Path home, Path run, Path out) throws IOException {
        assertThat(TrainingRun.open(out).removedIds()).containsExactlyInAnyOrderElementsOf(KilledApply.IDS);
        assertThat(run.resolve("REVOKED")).exists();
        try (Stream<Path> list = Files.list(home)) {
            assertThat(list.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("run", "out", "ledger");
        }
        try (Ledger ledger = Ledger.resume(home.resolve("ledger"), Optional.empty(), "expunge")) {
            RequestBook book = new RequestBook(ledger);
            assertThat(book.received()).hasSize(1);
            assertThat(book.applied()).singleElement().matches(book::isPurged);
            ledger.export(home.resolve("export"));
            assertThat(new LedgerVerifier(ledger.verifyingKey(), List.of())
                            .verify(home.resolve("export"))
                            .problems())
                    .isEmpty();
        }
    }
}
