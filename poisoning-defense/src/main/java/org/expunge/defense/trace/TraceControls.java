package org.expunge.defense.trace;

import java.util.Random;
import org.expunge.influence.data.Dataset;

/**
 * Rankings that know nothing of influence. A trace that does not beat them has shown nothing.
 *
 * <p><b>Cost.</b> {@link #nearest} takes O(n·m·d); the others O(n).
 */
public final class TraceControls {
    private TraceControls() {}

    /**
     * Ranks same-label rows at random.
     *
     * @param train training rows
     * @param label the class in question
     * @param seed decides the order
     * @return the ranking; its average precision is about the share of adversarial rows within the class
     */
    public static RowRanking random(Dataset train, int label, long seed) {
        Random random = new Random(seed);
        double[] scores = random.doubles(train.size()).toArray();
        return RowRanking.of("random", RowTrace.onlyLabel(train, scores, label));
    }

    /**
     * Ranks same-label rows by the norm of their loss gradient.
     *
     * @param train training rows
     * @param label the class in question
     * @param norms gradient norm of each row, left as it was
     * @return the ranking
     */
    public static RowRanking gradientNorm(Dataset train, int label, double[] norms) {
        return RowRanking.of("gradient norm", RowTrace.onlyLabel(train, norms.clone(), label));
    }

    /**
     * Ranks same-label rows by their loss.
     *
     * @param train training rows
     * @param label the class in question
     * @param losses of each row, left as it was
     * @return the ranking, largest loss first
     */
    public static RowRanking loss(Dataset train, int label, double[] losses) {
        return RowRanking.of("loss", RowTrace.onlyLabel(train, losses.clone(), label));
    }

    /**
     * Ranks same-label rows alike, before all others.
     *
     * @param train training rows
     * @param label the class in question
     * @return the ranking; its average precision is the share of adversarial rows within the class, if all are of it
     */
    public static RowRanking classPrior(Dataset train, int label) {
        return RowRanking.of("class prior", RowTrace.onlyLabel(train, new double[train.size()], label));
    }

    /**
     * Ranks same-label rows by their distance to the nearest flagged input, in the space of the features.
     *
     * @param train training rows
     * @param targets the flagged inputs, at least 1
     * @param label the class in question
     * @return the ranking, nearest first
     */
    public static RowRanking nearest(Dataset train, Dataset targets, int label) {
        double[][] inputs = new double[targets.size()][train.shape().length()];
        for (int q = 0; q < inputs.length; q++) {
            targets.features().read(q, inputs[q], 0);
        }
        double[] row = new double[train.shape().length()];
        double[] scores = new double[train.size()];
        for (int i = 0; i < scores.length; i++) {
            if (train.label(i) == label) {
                train.features().read(i, row, 0);
                scores[i] = -nearestSquaredDistance(row, inputs);
            }
        }
        return RowRanking.of("raw nearest neighbour", RowTrace.onlyLabel(train, scores, label));
    }

    private static double nearestSquaredDistance(double[] row, double[][] inputs) {
        double nearest = Double.POSITIVE_INFINITY;
        for (double[] input : inputs) {
            double distance = 0;
            for (int j = 0; j < row.length; j++) {
                distance += (row[j] - input[j]) * (row[j] - input[j]);
            }
            nearest = Math.min(nearest, distance);
        }
        return nearest;
    }
}
