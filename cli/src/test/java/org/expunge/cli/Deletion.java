package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.expunge.cli.render.ExitCodes;
import org.expunge.influence.io.Digests;
import org.expunge.unlearning.ledger.EntryType;
import org.expunge.unlearning.ledger.Ledger;
import org.expunge.unlearning.request.FailedBatch;

/** A table whose every cell can be told again, a run on it, and a deletion from that run. */
final class Deletion {
    private final Path folder;

    Deletion(Path folder) {
        this.folder = folder;
    }

    /** Writes the table and trains. */
    void train() throws IOException {
        TinyRun.train(source(), run());
    }

    /** Trains shards on the same table, into the folder {@code shards}. */
    void trainShards() throws IOException {
        TinyRun.train(source(), folder.resolve("shards"), "--shards", 2, "--slices", 2);
    }

    private String source() throws IOException {
        Path table = Files.writeString(folder.resolve("table.csv"), "key,a,b,city,label\n");
        for (List<String> row : rows()) {
            boolean isYes = Double.parseDouble(row.get(1)) + Double.parseDouble(row.get(2)) > 0;
            String line = String.join(",", row) + (isYes ? ",yes\n" : ",no\n");
            Files.writeString(table, line, StandardOpenOption.APPEND);
        }
        return "csv:" + table + "?label=label&id=key&categorical=city";
    }

    private static List<List<String>> rows() {
        Random random = new Random(5);
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < 240; i++) {
            rows.add(List.of(
                    "canary-key-" + i,
                    String.format(Locale.ROOT, "%.9f", random.nextGaussian()),
                    String.format(Locale.ROOT, "%.9f", random.nextGaussian()),
                    "canary-city-" + i % 5));
        }
        return rows;
    }

    Path run() {
        return folder.resolve("run");
    }

    Path ledger() {
        return folder.resolve("ledger");
    }

    /** Returns what no report may hold: ids and values of rows. */
    List<String> canaries() {
        return rows().stream().flatMap(List::stream).toList();
    }

    /** Deletes the first training rows. */
    CommandRun apply(String out, int rows, Object... more) throws IOException {
        List<Object> all = new ArrayList<>(List.of(more));
        if (!all.contains("--method")) {
            all.addAll(List.of("--method", "retrain"));
        }
        return apply(run(), out, rows, all.toArray());
    }

    /** Deletes training rows of the shards. */
    CommandRun applyToShards(String out, int rows) throws IOException {
        return apply(folder.resolve("shards"), out, rows);
    }

    private CommandRun apply(Path run, String out, int rows, Object... more) throws IOException {
        List<String> ids = TinyRun.ids(run(), "train").subList(0, rows);
        Object[] words = {
            "forget",
            "apply",
            "--run",
            run,
            "--ids",
            String.join(",", ids),
            "--old-run",
            "keep",
            "--threads",
            1,
            "--quiet",
            "--out",
            folder.resolve(out)
        };
        return CommandRun.of(
                Stream.of(words, more).flatMap(java.util.Arrays::stream).toArray());
    }

    /** Records a batch that was given up. */
    void giveUp(String batch) throws IOException {
        try (Ledger ledger = Ledger.resume(ledger(), Optional.empty(), "expunge")) {
            FailedBatch given = new FailedBatch(
                    batch,
                    List.of(),
                    Digests.sha256(run().resolve("run.json")),
                    "influence",
                    "verification was inconclusive",
                    13,
                    List.of());
            ledger.append(EntryType.BATCH_FAILED, given);
        }
    }

    /** Writes the page on a batch. */
    CommandRun report(String batch, Path page, Object... more) {
        Object[] words = {"report", "--ledger", ledger(), "--batch", batch, "--out", page};
        return CommandRun.of(
                Stream.of(words, more).flatMap(java.util.Arrays::stream).toArray());
    }

    /** Returns the page on a batch. */
    String page(String batch, Path page, Object... more) throws IOException {
        CommandRun report = report(batch, page, more);
        assertThat(report.code()).as(report.err()).isEqualTo(ExitCodes.OK);
        return Files.readString(page);
    }
}
