package org.expunge.cli.work;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.expunge.cli.method.Bench;
import org.expunge.cli.render.Console;
import org.expunge.cli.work.InfluenceReport.Query;
import org.expunge.defense.identify.TargetAudit;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.ScoreStore;
import org.expunge.influence.score.Scores;
import org.expunge.influence.score.TopK;
import org.expunge.influence.training.Evaluator;

/** Scores every training row for some inputs, keeps the table and lists the foremost rows. */
public final class Influence {
    /** Which label an input's loss is taken for. */
    public enum Label {
        /** The label that it carries: which rows move its loss. */
        TRUE,
        /** The label that the model gives it: which rows cause the prediction. */
        PREDICTED;

        /**
         * Returns inputs with this label.
         *
         * @throws IllegalArgumentException if there are no classes to predict
         */
        public Dataset of(Bench bench, Dataset inputs) {
            if (this == TRUE) {
                return inputs;
            }
            checkArgument(
                    bench.train().classes() > 0,
                    "%s has no classes, so there is no predicted one",
                    bench.train().name());
            return inputs.withTargets(TargetAudit.asPredicted(inputs, predicted(bench, inputs)));
        }
    }

    private final Bench bench;
    private final Label label;
    private final int top;

    /**
     * Makes the work.
     *
     * @param bench the run and where to score
     * @param label which label an input's loss is taken for
     * @param top rows to list at either end, at least 1
     */
    public Influence(Bench bench, Label label, int top) {
        this.bench = bench;
        this.label = label;
        this.top = top;
    }

    /**
     * Scores. An interrupted table that is kept is gone on with.
     *
     * @param estimator how
     * @param inputs normalised inputs
     * @param out the folder for the scores; nothing keeps them
     * @return the foremost rows
     * @throws IOException if the scores cannot be written
     */
    public InfluenceReport score(Estimator estimator, Dataset inputs, Optional<Path> out) throws IOException {
        Console console = bench.console();
        Dataset train = bench.train();
        boolean hasClasses = train.classes() > 0;
        int[] predicted = predicted(bench, inputs);
        Dataset queries = label.of(bench, inputs);
        console.note("plan: " + estimator.plan(train.size(), queries.size()).describe());
        Scores scores = console.during(
                "scoring " + queries.size() + " x " + train.size(),
                () -> out.isPresent()
                        ? kept(new ScoreFolder(out.get()), estimator, train, queries)
                        : estimator.score(train, queries));
        bench.warnOf(scores.provenance().inverse());
        List<Query> listed = new ArrayList<>();
        for (int q = 0; q < queries.size(); q++) {
            double[] row = scores.row(q);
            listed.add(new Query(
                    queries.id(q),
                    hasClasses ? Integer.valueOf(queries.label(q)) : null,
                    hasClasses ? Integer.valueOf(predicted[q]) : null,
                    ScoredRow.of(train, TopK.of(row, top, TopK.End.PROPONENTS)),
                    ScoredRow.of(train, TopK.of(row, top, TopK.End.OPPONENTS))));
        }
        return new InfluenceReport(
                bench.run().path().toString(),
                out.map(folder -> new ScoreFolder(folder).table().toString()).orElse(ScoreFolder.NOWHERE),
                scores.provenance(),
                train.size(),
                listed);
    }

    private static Scores kept(ScoreFolder folder, Estimator estimator, Dataset train, Dataset queries)
            throws IOException {
        Scores scores = ScoreStore.compute(folder.table(), estimator, train, queries);
        folder.writeIds(queries.ids(), train.ids());
        return scores;
    }

    private static int[] predicted(Bench bench, Dataset inputs) {
        return new Evaluator(bench.engine()).evaluate(bench.model(), inputs).predictedLabels();
    }
}
