package org.expunge.cli.work;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.expunge.cli.render.Console;
import org.expunge.cli.work.InfluenceReport.Query;
import org.expunge.cli.work.InfluenceReport.RankedRow;
import org.expunge.defense.identify.TargetAudit;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.io.AtomicFiles;
import org.expunge.influence.io.Json;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.ScoreStore;
import org.expunge.influence.score.Scores;
import org.expunge.influence.score.TopK;
import org.expunge.influence.training.Checkpoint;
import org.expunge.influence.training.Evaluator;
import org.expunge.influence.training.TrainingRun;

/** Scores every training row for some inputs, keeps the table and lists the foremost rows. */
public final class Influence {
    /** Which label an input's loss is taken for. */
    public enum Label {
        /** The label that it carries: which rows move its loss. */
        TRUE,
        /** The label that the model gives it: which rows cause the prediction. */
        PREDICTED
    }

    private static final String SCORES = "scores.npy";
    private static final String IDS = "ids.json";

    /** The names of the table's two axes. */
    private record Ids(List<String> queries, List<String> rows) {}

    private final Engine engine;
    private final Console console;
    private final Scoring scoring;
    private final Label label;
    private final int top;

    /**
     * Makes the work.
     *
     * @param engine where it runs; stays the caller's to close
     * @param console takes progress
     * @param scoring the estimator
     * @param label which label an input's loss is taken for
     * @param top rows to list at either end, at least 1
     */
    public Influence(Engine engine, Console console, Scoring scoring, Label label, int top) {
        this.engine = engine;
        this.console = console;
        this.scoring = scoring;
        this.label = label;
        this.top = top;
    }

    /**
     * Scores. An interrupted table is gone on with.
     *
     * @param run the run
     * @param inputs normalised inputs
     * @param out the folder for {@code scores.npy} (queries × rows), its sidecar and {@code ids.json}
     * @return the foremost rows
     * @throws IOException if the scores cannot be written
     */
    public InfluenceReport score(TrainingRun run, Dataset inputs, Path out) throws IOException {
        List<Checkpoint> checkpoints = run.checkpoints();
        if (scoring.needsTrajectory() && checkpoints.size() == 1) {
            console.warn(scoring + " follows the checkpoints of a training, but this run has its last model alone");
        }
        Dataset train = run.train();
        int[] predicted = new Evaluator(engine).evaluate(run.model(), inputs).predictedLabels();
        boolean hasClasses = train.classes() > 0;
        checkArgument(
                hasClasses || label == Label.TRUE, "%s has no classes, so there is no predicted one", train.name());
        Dataset queries = label == Label.TRUE ? inputs : inputs.withTargets(TargetAudit.asPredicted(inputs, predicted));
        Estimator estimator = scoring.estimator(engine, checkpoints);
        Scores scores = console.during(
                "scoring " + queries.size() + " x " + train.size(),
                () -> ScoreStore.compute(out.resolve(SCORES), estimator, train, queries));
        AtomicFiles.writeString(out.resolve(IDS), Json.text(new Ids(queries.ids(), train.ids())));
        List<Query> listed = new ArrayList<>();
        for (int q = 0; q < queries.size(); q++) {
            double[] row = scores.row(q);
            listed.add(new Query(
                    queries.id(q),
                    hasClasses ? Integer.valueOf(queries.label(q)) : null,
                    hasClasses ? Integer.valueOf(predicted[q]) : null,
                    ranked(train, TopK.of(row, top, TopK.End.PROPONENTS)),
                    ranked(train, TopK.of(row, top, TopK.End.OPPONENTS))));
        }
        return new InfluenceReport(
                run.path().toString(), out.resolve(SCORES).toString(), scores.provenance(), train.size(), listed);
    }

    private static List<RankedRow> ranked(Dataset train, List<TopK.Ranked> rows) {
        return rows.stream()
                .map(r -> new RankedRow(
                        train.id(r.row()),
                        train.classes() > 0 ? Integer.valueOf(train.label(r.row())) : null,
                        r.score()))
                .toList();
    }
}
