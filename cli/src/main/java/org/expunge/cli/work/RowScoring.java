package org.expunge.cli.work;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.expunge.cli.method.Bench;
import org.expunge.cli.method.Plan;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.io.AtomicFiles;
import org.expunge.influence.io.Csv;
import org.expunge.influence.score.TopK;

/** Scores training rows by themselves, without any input. */
public final class RowScoring {
    private RowScoring() {}

    /**
     * Scores every row.
     *
     * @param method the method's name
     * @param plan how
     * @param bench the run and where to score
     * @param top rows to list, at least 1
     * @param out the folder for {@code scores.csv}: id and score of each row
     * @return the foremost rows
     * @throws IOException if the file cannot be written
     */
    public static RowReport score(String method, Plan.Rows plan, Bench bench, int top, Path out) throws IOException {
        Dataset train = bench.train();
        double[] scores = bench.console()
                .during("scoring " + train.size() + " rows", () -> plan.recipe().on(bench));
        Path file = Files.createDirectories(out).resolve("scores.csv");
        AtomicFiles.writeString(
                file,
                IntStream.range(0, scores.length)
                        .mapToObj(i -> Csv.quoted(train.id(i)) + "," + scores[i] + "\n")
                        .collect(Collectors.joining("", "id,score\n", "")));
        return new RowReport(
                bench.run().path().toString(),
                file.toString(),
                method,
                plan.meaning(),
                train.size(),
                ScoredRow.of(train, TopK.of(scores, top, TopK.End.PROPONENTS)));
    }
}
