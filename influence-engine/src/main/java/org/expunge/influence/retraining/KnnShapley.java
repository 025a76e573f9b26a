package org.expunge.influence.retraining;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Shapley values of training rows for a nearest-neighbour classifier, in closed form: the game in which a coalition is
 * worth the share of a query's K nearest neighbours in it that have the query's class.
 *
 * <p><b>Shapes.</b> m queries × n training rows, features of width d.
 *
 * <p><b>Units.</b> Probability of the right class; the values of a query add up to what all rows are worth. Positive =
 * proponent.
 *
 * <p><b>Accuracy.</b> Exact for that game, to rounding; equally distant rows are taken in row order. It speaks of a
 * network only as far as its neighbours in {@link LastHidden} features do.
 *
 * <p><b>Cost.</b> {@code m · (n d + n log n)} operations.
 *
 * <p><b>Source.</b> R. Jia et al., "Efficient Task-Specific Data Valuation for Nearest Neighbor Algorithms", PVLDB
 * 12(11), 2019, theorem 1; for fewer rows than K the last row has {@code 1 / max(K, n)}.
 */
public final class KnnShapley {
    private final int neighbours;

    /**
     * Values rows for a classifier.
     *
     * @param neighbours K, at least 1
     */
    public KnnShapley(int neighbours) {
        checkArgument(neighbours >= 1, "neighbours must be at least 1, got %s", neighbours);
        this.neighbours = neighbours;
    }

    /**
     * Returns m × n values.
     *
     * @param train n × d features
     * @param labels n classes
     * @param queries m × d features
     * @param queryLabels m classes
     */
    public double[][] values(double[][] train, int[] labels, double[][] queries, int[] queryLabels) {
        checkArgument(train.length >= 1, "there are no rows to value");
        checkArgument(train.length == labels.length, "%s rows do not match %s classes", train.length, labels.length);
        checkArgument(
                queries.length == queryLabels.length,
                "%s queries do not match %s classes",
                queries.length,
                queryLabels.length);
        double[][] values = new double[queries.length][];
        for (int q = 0; q < queries.length; q++) {
            values[q] = values(order(train, queries[q]), labels, queryLabels[q]);
        }
        return values;
    }

    private double[] values(int[] order, int[] labels, int label) {
        int n = order.length;
        double[] values = new double[n];
        double next = match(labels[order[n - 1]], label) / (double) Math.max(neighbours, n);
        values[order[n - 1]] = next;
        for (int i = n - 1; i >= 1; i--) { // the i-th nearest, from 1
            int difference = match(labels[order[i - 1]], label) - match(labels[order[i]], label);
            next += difference / (double) neighbours * Math.min(neighbours, i) / i;
            values[order[i - 1]] = next;
        }
        return values;
    }

    private static int match(int label, int wanted) {
        return label == wanted ? 1 : 0;
    }

    private static int[] order(double[][] train, double[] query) {
        double[] distances = new double[train.length];
        for (int i = 0; i < train.length; i++) {
            distances[i] = squaredDistance(train[i], query);
        }
        return IntStream.range(0, train.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> distances[i]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static double squaredDistance(double[] a, double[] b) {
        checkArgument(a.length == b.length, "a row has %s features but a query has %s", a.length, b.length);
        double sum = 0;
        for (int j = 0; j < a.length; j++) {
            sum += (a[j] - b[j]) * (a[j] - b[j]);
        }
        return sum;
    }
}
