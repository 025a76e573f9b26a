package org.expunge.cli.work;

import com.google.common.primitives.Doubles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.expunge.cli.method.Bench;
import org.expunge.cli.method.Plan;
import org.expunge.cli.render.Numbers;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.io.AtomicFiles;
import org.expunge.influence.io.Csv;
import org.expunge.influence.score.TopK;
import org.expunge.influence.score.target.TargetScores;

/** Gives each training row or input one score, and keeps it in {@code scores.csv} with its id. */
public final class RowScoring {
    private final Bench bench;
    private final int top;
    private final Optional<Path> out;

    /**
     * Makes the work.
     *
     * @param bench the run and where to score
     * @param top rows to list, at least 1
     * @param out the folder for {@code scores.csv}; nothing keeps the scores
     */
    public RowScoring(Bench bench, int top, Optional<Path> out) {
        this.bench = bench;
        this.top = top;
        this.out = out;
    }

    /**
     * Scores rows by themselves.
     *
     * @param method the method's name
     * @param plan how
     * @return the foremost rows
     * @throws IOException if the file cannot be written
     */
    public RowReport score(String method, Plan.Rows plan) throws IOException {
        Dataset train = bench.train();
        if (!plan.isRowByRow()) {
            bench.requireOneEngine("--method " + method);
        }
        double[] scores = scores(
                train,
                train.size() + " rows",
                (share, rows) -> plan.recipe().on(share).scores(rows));
        return report(method, plan.meaning(), "rows", train, scores);
    }

    /**
     * Scores rows for a number that inputs have together.
     *
     * @param plan how
     * @param inputs normalised inputs
     * @return the foremost rows at both ends
     * @throws IOException if the file cannot be written
     */
    public InfluenceReport score(Plan.Aim plan, Dataset inputs) throws IOException {
        Dataset train = bench.train();
        List<TargetScores> parts = bench.console()
                .during(
                        "scoring " + train.size() + " rows",
                        () -> bench.sharing(
                                train, (share, rows) -> plan.recipe().on(share).at(rows, inputs)));
        TargetScores made = parts.size() == 1
                ? parts.get(0)
                : TargetScores.joined(parts, bench.engines().description());
        double[] scores = made.scores();
        InfluenceReport.Query target = new InfluenceReport.Query(
                made.target() + " of " + Numbers.decimal(made.value()) + " on " + inputs.size() + " inputs",
                null,
                null,
                ScoredRow.of(train, TopK.of(scores, top, TopK.End.PROPONENTS)),
                ScoredRow.of(train, TopK.of(scores, top, TopK.End.OPPONENTS)));
        return new InfluenceReport(
                bench.run().path().toString(), write(train, scores), made.provenance(), train.size(), List.of(target));
    }

    /**
     * Scores inputs by themselves.
     *
     * @param method the method's name
     * @param plan how
     * @param inputs normalised inputs
     * @return the foremost inputs
     * @throws IOException if the file cannot be written
     */
    public RowReport score(String method, Plan.PerInput plan, Dataset inputs) throws IOException {
        double[] scores = scores(
                inputs,
                inputs.size() + " inputs",
                (share, some) -> plan.recipe().on(share).scores(some));
        return report(method, plan.meaning(), "inputs", inputs, scores);
    }

    private double[] scores(Dataset rows, String what, Bench.Scorer<double[]> scorer) throws IOException {
        List<double[]> parts = bench.console().during("scoring " + what, () -> bench.sharing(rows, scorer));
        return Doubles.concat(parts.toArray(double[][]::new));
    }

    private RowReport report(String method, String meaning, String things, Dataset rows, double[] scores)
            throws IOException {
        return new RowReport(
                bench.run().path().toString(),
                write(rows, scores),
                method,
                meaning,
                things,
                rows.size(),
                ScoredRow.of(rows, TopK.of(scores, top, TopK.End.PROPONENTS)));
    }

    /** Returns the file's name. */
    private String write(Dataset rows, double[] scores) throws IOException {
        if (out.isEmpty()) {
            return ScoreFolder.NOWHERE;
        }
        Path file = Files.createDirectories(out.get()).resolve("scores.csv");
        AtomicFiles.writeString(
                file,
                IntStream.range(0, scores.length)
                        .mapToObj(i -> Csv.quoted(rows.id(i)) + "," + scores[i] + "\n")
                        .collect(Collectors.joining("", "id,score\n", "")));
        return file.toString();
    }
}
