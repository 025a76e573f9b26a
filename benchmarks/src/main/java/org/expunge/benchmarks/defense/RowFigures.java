package org.expunge.benchmarks.defense;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.expunge.defense.trace.TraceControls;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Targets;
import org.expunge.influence.evaluate.RankMetrics;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.score.JointSimilarity;
import org.expunge.influence.score.Scores;
import org.expunge.influence.score.TrajectoryEstimator;

/**
 * How well adversarial rows are ranked by their influence on attacked inputs, and by what knows nothing of influence:
 * average precision over all training rows, of which those with another label than the inputs' prediction come last.
 *
 * @param single mean over inputs, for GAS, GAS-L and TracInCP
 * @param aggregated of the mean scores over inputs, for the same
 * @param nearest by distance to the nearest attacked input
 * @param gradientNorm by the norm of the row's gradient
 * @param random by nothing
 */
record RowFigures(List<Double> single, List<Double> aggregated, double nearest, double gradientNorm, double random) {
    static final List<String> COLUMNS = List.of(
            "rows AUPRC gas one target",
            "rows AUPRC gas-l one target",
            "rows AUPRC tracin-cp one target",
            "rows AUPRC gas",
            "rows AUPRC gas-l",
            "rows AUPRC tracin-cp",
            "rows AUPRC nearest",
            "rows AUPRC gradient norm",
            "rows AUPRC random");

    /** Where nothing was planted, or nothing succeeded. */
    static RowFigures none() {
        List<Double> empty =
                JointSimilarity.METHODS.stream().map(m -> Double.NaN).toList();
        return new RowFigures(empty, empty, Double.NaN, Double.NaN, Double.NaN);
    }

    /** Ranks by inputs on which the attack succeeds: what tracing is worth when its targets are known. */
    static RowFigures of(Engine engine, DefenseWorld world, long seed) {
        boolean[] isTarget = world.targets();
        int[] chosen =
                IntStream.range(0, isTarget.length).filter(i -> isTarget[i]).toArray();
        if (chosen.length == 0) {
            return none();
        }
        Dataset inputs = world.stream().select(chosen);
        int[] predicted = world.predict(world.first().model(), inputs);
        Dataset targets = inputs.withTargets(Targets.classes(predicted, inputs.classes()));
        boolean[] adversarial = world.adversarial();
        List<Scores> scores = new JointSimilarity(
                        engine, world.first().checkpoints(), TrajectoryEstimator.Options.DEFAULT)
                .score(world.train(), targets);
        double[] norms = new PerExample(engine)
                .norms(world.first().model(), world.train())
                .total();
        Dataset train = world.train();
        return new RowFigures(
                scores.stream()
                        .map(table -> IntStream.range(0, predicted.length)
                                .mapToDouble(q -> RankMetrics.averagePrecision(
                                        sameLabel(train, table.row(q), predicted[q]), adversarial))
                                .average()
                                .orElseThrow())
                        .toList(),
                scores.stream()
                        .map(table -> RankMetrics.averagePrecision(mean(train, table, predicted), adversarial))
                        .toList(),
                control(
                        predicted,
                        label -> TraceControls.nearest(train, inputs, label).toFiniteArray(),
                        adversarial),
                control(
                        predicted,
                        label -> TraceControls.gradientNorm(train, label, norms).toFiniteArray(),
                        adversarial),
                control(
                        predicted,
                        label -> TraceControls.random(train, label, seed).toFiniteArray(),
                        adversarial));
    }

    Object[] cells() {
        return java.util.stream.Stream.of(single, aggregated, List.of(nearest, gradientNorm, random))
                .flatMap(List::stream)
                .toArray();
    }

    /** Mean over the labels that inputs are taken for. */
    private static double control(
            int[] predicted, java.util.function.IntFunction<double[]> ranking, boolean[] adversarial) {
        return Arrays.stream(predicted)
                .distinct()
                .mapToDouble(label -> RankMetrics.averagePrecision(ranking.apply(label), adversarial))
                .average()
                .orElseThrow();
    }

    private static double[] sameLabel(Dataset train, double[] scores, int label) {
        double lowest = Arrays.stream(scores).min().orElseThrow() - 1;
        return IntStream.range(0, scores.length)
                .mapToDouble(i -> train.label(i) == label ? scores[i] : lowest)
                .toArray();
    }

    /** A row's mean over the inputs that are taken for its label. */
    private static double[] mean(Dataset train, Scores table, int[] predicted) {
        double[] sums = new double[train.size()];
        int[] counts = new int[train.classes()];
        for (int q = 0; q < predicted.length; q++) {
            double[] row = table.row(q);
            counts[predicted[q]]++;
            for (int i = 0; i < sums.length; i++) {
                sums[i] += train.label(i) == predicted[q] ? row[i] : 0;
            }
        }
        double[] means = new double[sums.length];
        double lowest = 0;
        for (int i = 0; i < sums.length; i++) {
            means[i] = counts[train.label(i)] == 0 ? Double.NaN : sums[i] / counts[train.label(i)];
            lowest = Math.min(lowest, Double.isNaN(means[i]) ? 0 : means[i]);
        }
        for (int i = 0; i < means.length; i++) {
            means[i] = Double.isNaN(means[i]) ? lowest - 1 : means[i];
        }
        return means;
    }
}
