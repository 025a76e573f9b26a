package org.expunge.cli.work;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.expunge.cli.method.Methods;
import org.expunge.cli.render.Console;
import org.expunge.cli.work.AuditReport.RankedRow;
import org.expunge.cli.work.AuditReport.Ranking;
import org.expunge.cli.work.AuditReport.Trace;
import org.expunge.cli.work.AuditReport.Truth;
import org.expunge.defense.identify.TargetAudit;
import org.expunge.defense.trace.RowRanking;
import org.expunge.defense.trace.RowTrace;
import org.expunge.defense.trace.TraceControls;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.evaluate.RankMetrics;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.training.Evaluation;
import org.expunge.influence.training.Evaluator;
import org.expunge.influence.training.TrainingRun;
import org.jspecify.annotations.Nullable;

/** Looks for inputs that rest on a few training rows, and traces them to those rows, with controls beside. */
public final class Audit {
    private final Engine engine;
    private final Console console;
    private final TargetAudit.Options options;
    private final int top;
    private final long seed;

    /**
     * Makes an audit.
     *
     * @param engine where it runs; stays the caller's to close
     * @param console takes progress
     * @param options how inputs are judged
     * @param top rows and inputs to list, at least 1
     * @param seed of the random control
     */
    public Audit(Engine engine, Console console, TargetAudit.Options options, int top, long seed) {
        this.engine = engine;
        this.console = console;
        this.options = options;
        this.top = top;
        this.seed = seed;
    }

    /**
     * Audits a run.
     *
     * @param run the run; its validation rows are taken for clean
     * @param inputs what {@link InputRows} reads
     * @return what was found
     * @throws IOException if rows cannot be read
     */
    public AuditReport audit(TrainingRun run, List<String> inputs) throws IOException {
        Dataset rows = InputRows.readClasses(run, inputs);
        Model model = run.model();
        Evaluator evaluator = new Evaluator(engine);
        Evaluation predicted = evaluator.evaluate(model, rows);
        Dataset calibration = run.validation();
        Estimator estimator = Methods.gas(engine, run.checkpoints());
        TargetAudit.Findings findings = console.during(
                "auditing " + rows.size() + " inputs",
                () -> new TargetAudit(estimator, options)
                        .audit(
                                run.train(),
                                calibration,
                                evaluator.evaluate(model, calibration).predictedLabels(),
                                rows,
                                predicted.predictedLabels()));
        Optional<Drill> drill = Drill.of(run);
        List<Trace> traces = new ArrayList<>();
        for (int label : findings.suspiciousLabels()) {
            Dataset flagged = rows.select(findings.flagged(label));
            traces.add(console.during("tracing class " + label, () -> trace(run, estimator, flagged, label, drill)));
        }
        return AuditReport.of(run, estimator, findings, traces, top, truth(drill, rows, predicted, findings));
    }

    private Trace trace(TrainingRun run, Estimator estimator, Dataset flagged, int label, Optional<Drill> drill) {
        Dataset train = run.train();
        Dataset used = flagged.select(IntStream.range(0, Math.min(flagged.size(), RowTrace.MOST_TARGETS))
                .toArray());
        RowRanking ranking = new RowTrace(estimator).rank(train, used, label);
        double[] norms = new PerExample(engine).norms(run.model(), train).total();
        List<RowRanking> all = List.of(
                ranking,
                TraceControls.random(train, label, seed),
                TraceControls.gradientNorm(train, label, norms),
                TraceControls.nearest(train, used, label));
        boolean @Nullable [] adversarial = drill.map(d -> mask(train, d)).orElse(null);
        int[] first = Arrays.copyOf(ranking.ranked(), Math.min(top, ranking.ranked().length));
        List<RankedRow> rows = Arrays.stream(first)
                .mapToObj(row -> new RankedRow(
                        train.id(row),
                        ranking.scores().get(row),
                        adversarial == null ? null : (Boolean) adversarial[row]))
                .toList();
        List<Ranking> rankings = all.stream()
                .map(r -> new Ranking(r.method(), shared(first, r), precision(r, adversarial)))
                .toList();
        return new Trace(
                label,
                used.size(),
                ranking.ranked().length,
                adversarial == null ? null : (Double) RankMetrics.baseRate(adversarial),
                rows,
                rankings);
    }

    private static int shared(int[] first, RowRanking other) {
        Set<Integer> foremost = new HashSet<>();
        Arrays.stream(other.ranked()).limit(first.length).forEach(foremost::add);
        return (int) Arrays.stream(first).filter(foremost::contains).count();
    }

    private static @Nullable Double precision(RowRanking ranking, boolean @Nullable [] adversarial) {
        return adversarial == null ? null : (Double) RankMetrics.averagePrecision(ranking.toFiniteArray(), adversarial);
    }

    /** Marks the rows that the attack changed. */
    static boolean[] mask(Dataset train, Drill drill) {
        Set<String> ids = Set.copyOf(drill.adversarialIds());
        boolean[] mask = new boolean[train.size()];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = ids.contains(train.id(i));
        }
        return mask;
    }

    /** How well inputs were told apart; known only under an attack of our own whose inputs are among them. */
    private static @Nullable Truth truth(
            Optional<Drill> drill, Dataset inputs, Evaluation predicted, TargetAudit.Findings findings)
            throws IOException {
        if (drill.isEmpty()) {
            return null;
        }
        Set<String> attacked = Set.copyOf(drill.get().attackedInputs().ids());
        int[] labels = predicted.predictedLabels();
        boolean[] isTarget = new boolean[inputs.size()];
        int aimed = 0;
        int succeeded = 0;
        for (int i = 0; i < isTarget.length; i++) {
            if (attacked.contains(inputs.id(i))) {
                isTarget[i] = labels[i] == drill.get().targetOf(inputs.label(i));
                aimed++;
                succeeded += isTarget[i] ? 1 : 0;
            }
        }
        if (succeeded == 0) {
            return null;
        }
        double[] heaviness = findings.inputs().stream()
                .mapToDouble(TargetAudit.InputFinding::heaviness)
                .toArray();
        double[] confidence = IntStream.range(0, labels.length)
                .mapToDouble(i -> confidence(predicted.prediction(i), labels[i]))
                .toArray();
        return new Truth(
                succeeded / (double) aimed,
                aimed,
                RankMetrics.averagePrecision(heaviness, isTarget),
                RankMetrics.averagePrecision(confidence, isTarget),
                RankMetrics.baseRate(isTarget));
    }

    private static double confidence(double[] prediction, int label) {
        if (prediction.length > 1) {
            return prediction[label];
        }
        return label == 1 ? prediction[0] : 1 - prediction[0];
    }
}
