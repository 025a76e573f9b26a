package org.expunge.cli.work;

import com.google.common.primitives.Ints;
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
import org.expunge.defense.identify.Examination;
import org.expunge.defense.identify.InfluenceTails;
import org.expunge.defense.identify.ScoringCost;
import org.expunge.defense.identify.TargetAudit;
import org.expunge.defense.identify.TargetStatistic;
import org.expunge.defense.trace.RowRanking;
import org.expunge.defense.trace.RowTrace;
import org.expunge.defense.trace.TraceControls;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.evaluate.RankMetrics;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.training.Evaluator;
import org.expunge.influence.training.TrainingRun;
import org.jspecify.annotations.Nullable;

/** Looks for inputs that rest on a few training rows, and traces them to those rows, with controls beside. */
public final class Audit {
    private final Engine engine;
    private final Console console;
    private final AuditSettings settings;

    /**
     * Makes an audit.
     *
     * @param engine where it runs; stays the caller's to close
     * @param console takes progress
     * @param settings how inputs are judged and what is listed
     */
    public Audit(Engine engine, Console console, AuditSettings settings) {
        this.engine = engine;
        this.console = console;
        this.settings = settings;
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
        Dataset rows = InputRows.readClasses(run, inputs, console);
        Evaluator evaluator = new Evaluator(engine);
        int[] predicted = evaluator.evaluate(run.model(), rows).predictedLabels();
        Dataset calibration = run.validation();
        int[] clean = evaluator.evaluate(run.model(), calibration).predictedLabels();
        Optional<Drill> drill = Drill.of(run);
        Optional<AuditTruth> truth = AuditTruth.of(run, settings.truth(), rows, predicted);
        InfluenceTails tails =
                AuditStatistics.tails(engine, run, settings.options().kappas());
        ScoringCost cost = tails.cost(run.train(), Ints.concat(clean, predicted));
        console.note("plan: " + cost.describe());
        List<TargetStatistic> statistics = new ArrayList<>(List.of(tails));
        statistics.addAll(AuditStatistics.distances(engine, run));
        if (settings.controls()) {
            statistics.addAll(AuditStatistics.controls(engine, run, settings.seed()));
        }
        Examination examination = console.during(
                "auditing " + rows.size() + " inputs",
                () -> new TargetAudit(statistics, settings.options())
                        .examine(run.train(), calibration, clean, rows, predicted));
        List<Trace> traces = new ArrayList<>();
        Estimator gas = Methods.gas(engine, run.checkpoints());
        for (int label : examination.findings().suspiciousLabels()) {
            Dataset flagged = rows.select(examination.findings().flagged(label));
            traces.add(console.during("tracing class " + label, () -> trace(run, gas, flagged, label, drill)));
        }
        return AuditReport.of(run, examination, traces, settings.top(), cost, truth.orElse(null));
    }

    private Trace trace(TrainingRun run, Estimator estimator, Dataset flagged, int label, Optional<Drill> drill) {
        Dataset train = run.train();
        Dataset used = flagged.select(IntStream.range(0, Math.min(flagged.size(), RowTrace.MOST_TARGETS))
                .toArray());
        RowRanking ranking = new RowTrace(estimator).rank(train, used, label);
        double[] norms = new PerExample(engine).norms(run.model(), train).total();
        List<RowRanking> all = List.of(
                ranking,
                TraceControls.random(train, label, settings.seed()),
                TraceControls.gradientNorm(train, label, norms),
                TraceControls.nearest(train, used, label));
        boolean @Nullable [] adversarial = drill.map(d -> mask(train, d)).orElse(null);
        int[] first = Arrays.copyOf(ranking.ranked(), Math.min(settings.top(), ranking.ranked().length));
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
                precision(TraceControls.classPrior(train, label), adversarial),
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
}
