package org.expunge.cli.work;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.expunge.cli.render.PngImage;
import org.expunge.cli.work.DefenseEvidence.Cluster;
import org.expunge.cli.work.DefenseEvidence.Curve;
import org.expunge.cli.work.DefenseEvidence.EvidenceRow;
import org.expunge.cli.work.DefenseEvidence.Ranking;
import org.expunge.defense.trace.RowContrast;
import org.expunge.defense.trace.RowRanking;
import org.expunge.defense.trace.TargetCluster;
import org.expunge.defense.trace.TraceControls;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.LogMel;
import org.expunge.influence.data.Shape;
import org.expunge.influence.evaluate.RankCurve;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.training.Evaluator;
import org.expunge.influence.training.TrainingRun;
import org.jspecify.annotations.Nullable;

/** Shows the rows behind clusters of inputs: which stand first, what sets them apart, and what controls say of them. */
final class RowEvidence {
    /** Rows that are shown of a cluster. */
    private static final int SHOWN = 18;

    /** Of these many foremost rows it is said what sets them apart: more may hold others. */
    private static final int COMPARED = 10;

    /** Points of a curve. */
    private static final int POINTS = 200;

    private final Engine engine;
    private final TrainingRun run;
    private final Dataset train;
    private final Dataset raw;
    private final Dataset inputs;
    private final Set<String> removed;
    private final boolean @Nullable [] isAdversarial;
    private final long seed;

    /**
     * Prepares to show.
     *
     * @param engine where to compute; stays the caller's to close
     * @param run the run before anything was removed
     * @param inputs the inputs, normalised
     * @param removed ids of the rows that were removed
     * @param isAdversarial for each training row whether a planted attack changed it; null if there was none
     * @param seed of the random control
     */
    RowEvidence(
            Engine engine,
            TrainingRun run,
            Dataset inputs,
            Set<String> removed,
            boolean @Nullable [] isAdversarial,
            long seed) {
        this.engine = engine;
        this.run = run;
        this.train = run.train();
        Dataset read = run.rawTrain();
        this.raw = read.encoding().orElse(null) instanceof LogMel ? train : read;
        this.inputs = inputs;
        this.removed = removed;
        this.isAdversarial = isAdversarial;
        this.seed = seed;
    }

    /** Shows each cluster. */
    List<Cluster> of(List<TargetCluster> clusters) {
        if (clusters.isEmpty()) {
            return List.of();
        }
        double[] norms = new PerExample(engine).norms(run.model(), train).total();
        double[] losses = new Evaluator(engine).evaluate(run.model(), train).losses();
        return clusters.stream().map(cluster -> of(cluster, norms, losses)).toList();
    }

    private Cluster of(TargetCluster cluster, double[] norms, double[] losses) {
        int[] ranked = cluster.trace().vote().ranked();
        List<RowRanking> all = new ArrayList<>(List.of(cluster.trace().vote()));
        all.addAll(cluster.trace().parts());
        int label = cluster.label();
        Dataset targets = inputs.select(
                cluster.inputs().stream().mapToInt(Integer::intValue).toArray());
        all.add(TraceControls.nearest(train, targets, label));
        all.add(TraceControls.gradientNorm(train, label, norms));
        all.add(TraceControls.loss(train, label, losses));
        all.add(TraceControls.random(train, label, seed));
        all.add(TraceControls.classPrior(train, label));
        int[] first = Arrays.copyOf(ranked, Math.min(SHOWN, ranked.length));
        return new Cluster(
                name(train, label),
                names(train, cluster.runnerUps()),
                names(train, cluster.with()),
                cluster.inputs().size(),
                cluster.pValue(),
                ranked.length,
                rows(cluster, first),
                all.stream().map(ranking -> ranking(ranking, first)).toList());
    }

    private List<EvidenceRow> rows(TargetCluster cluster, int[] first) {
        int[] compared = Arrays.copyOf(first, Math.min(COMPARED, (first.length + 1) / 2));
        RowContrast contrast = RowContrast.of(raw, compared, cluster.label());
        Shape shape = raw.shape();
        boolean isPicture = !shape.isFlat() && raw.words().isEmpty();
        List<String> features = isPicture ? List.of() : new RowTraits(raw).of(contrast, compared, cluster.label());
        EvidencePicture.Box marked = contrast.region()
                .map(region -> new EvidencePicture.Box(region.top(), region.left(), region.height(), region.width()))
                .orElse(null);
        double[] range = range(first);
        return Arrays.stream(first)
                .mapToObj(row -> new EvidenceRow(
                        train.id(row),
                        cluster.trace().vote().scores().get(row),
                        removed.contains(train.id(row)),
                        isAdversarial == null ? null : (Boolean) isAdversarial[row],
                        !isPicture
                                ? null
                                : new EvidencePicture(
                                        PngImage.base64(shape, raw.row(row), range[0], range[1]),
                                        shape.height(),
                                        shape.width(),
                                        marked),
                        features))
                .toList();
    }

    /** Returns the least and the largest value of some rows, so that all are drawn alike. */
    private double[] range(int[] rows) {
        double least = Double.POSITIVE_INFINITY;
        double largest = Double.NEGATIVE_INFINITY;
        for (int row : rows) {
            for (double value : raw.row(row)) {
                least = Math.min(least, value);
                largest = Math.max(largest, value);
            }
        }
        return new double[] {least, largest > least ? largest : least + 1};
    }

    private Ranking ranking(RowRanking ranking, int[] first) {
        Set<Integer> foremost = new HashSet<>();
        Arrays.stream(ranking.ranked()).limit(first.length).forEach(foremost::add);
        int shared = (int) Arrays.stream(first).filter(foremost::contains).count();
        return new Ranking(
                ranking.method(),
                shared,
                isAdversarial == null ? null : curve(ranking.method(), ranking.toFiniteArray(), isAdversarial));
    }

    /** Draws a curve; null where there are not both kinds. */
    static @Nullable Curve curve(String method, double[] scores, boolean[] isPositive) {
        long positives =
                IntStream.range(0, isPositive.length).filter(i -> isPositive[i]).count();
        if (positives == 0 || positives == isPositive.length) {
            return null;
        }
        RankCurve curve = RankCurve.of(scores, isPositive, POINTS);
        return new Curve(
                method,
                curve.averagePrecision(),
                curve.auroc(),
                curve.points().stream()
                        .map(p -> new DefenseEvidence.Point(p.falsePositiveRate(), p.recall(), p.precision()))
                        .toList());
    }

    /** Returns the names of classes. */
    static List<String> names(Dataset data, List<Integer> labels) {
        return labels.stream().map(label -> name(data, label)).toList();
    }

    /** Returns the name of a class. */
    static String name(Dataset data, int label) {
        String name = data.classNames().get(label);
        return name.matches("[0-9]+") ? "class " + name : name;
    }
}
