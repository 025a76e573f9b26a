package org.expunge.unlearning.selection;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * How far one quantity is a function of others: 0 in the limit of many samples if it is independent of them, 1 if they
 * determine it. Samples of few rows can come out below 0.
 *
 * <p><b>Shapes.</b> {@code y} has n entries; {@code z} and {@code x} have n rows each.
 *
 * <p><b>Accuracy.</b> Of independent samples the coefficient has a standard deviation of about {@code 1/√n}. Ranks of
 * equal {@code y} are the largest of them. Of several nearest neighbours at one distance one is drawn.
 *
 * <p><b>Cost.</b> {@code O(n²)} for each neighbour search, {@code O(n log n)} for {@link #xi}.
 *
 * <p><b>Source.</b> M. Azadkia and S. Chatterjee, "A Simple Measure of Conditional Dependence", Annals of Statistics
 * 49(6), 2021; for {@link #xi}, S. Chatterjee, "A New Coefficient of Correlation", JASA 116, 2021.
 */
public final class DependenceCoefficient {
    private final int[] ranks;
    private final int[] counts;
    private final long seed;

    /**
     * Ranks the quantity that is to be explained.
     *
     * @param y at least 3 finite numbers, not all equal
     * @param seed draws among neighbours at one distance
     */
    public DependenceCoefficient(double[] y, long seed) {
        checkArgument(y.length >= 3, "a coefficient needs at least 3 samples, got %s", y.length);
        double[] sorted = y.clone();
        Arrays.sort(sorted);
        checkArgument(
                Double.isFinite(sorted[0]) && Double.isFinite(sorted[y.length - 1]),
                "y must be finite in every sample");
        checkArgument(sorted[0] < sorted[y.length - 1], "y is %s in every sample, so nothing can explain it", y[0]);
        this.ranks =
                IntStream.range(0, y.length).map(i -> upTo(sorted, y[i], true)).toArray();
        this.counts = IntStream.range(0, y.length)
                .map(i -> y.length - upTo(sorted, y[i], false))
                .toArray();
        this.seed = seed;
    }

    /**
     * Returns {@code T(Y, Z)}.
     *
     * @param z what may explain {@code y}: n rows of at least one number
     */
    public double of(double[][] z) {
        return of(Distances.of(z));
    }

    /**
     * Returns {@code T(Y, Z | X)}: what {@code z} explains beyond {@code x}.
     *
     * @param z n rows
     * @param x n rows
     */
    public double of(double[][] z, double[][] x) {
        Distances given = Distances.of(x);
        return of(given.plus(Distances.of(z)), given);
    }

    double of(Distances distances) {
        int[] neighbours = distances.nearest(seed);
        checkArgument(neighbours.length == ranks.length, "y has %s samples, z %s", ranks.length, neighbours.length);
        double n = ranks.length;
        double above = 0;
        double below = 0;
        for (int i = 0; i < ranks.length; i++) {
            above += n * Math.min(ranks[i], ranks[neighbours[i]]) - (double) counts[i] * counts[i];
            below += counts[i] * (n - counts[i]);
        }
        return above / below;
    }

    double of(Distances both, Distances given) {
        int[] withZ = both.nearest(seed);
        int[] withoutZ = given.nearest(seed);
        checkArgument(withZ.length == ranks.length, "y has %s samples, x and z %s", ranks.length, withZ.length);
        double above = 0;
        double below = 0;
        for (int i = 0; i < ranks.length; i++) {
            int alone = Math.min(ranks[i], ranks[withoutZ[i]]);
            above += Math.min(ranks[i], ranks[withZ[i]]) - alone;
            below += ranks[i] - alone;
        }
        return below == 0 ? 0 : above / below; // x explains y already
    }

    /**
     * Returns ξ, the coefficient for one explaining number.
     *
     * @param x n numbers; equal ones are taken in the order of their samples
     */
    public double xi(double[] x) {
        checkArgument(x.length == ranks.length, "y has %s samples, x %s", ranks.length, x.length);
        int[] order = IntStream.range(0, x.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> x[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        double steps = 0;
        for (int i = 1; i < order.length; i++) {
            steps += Math.abs(ranks[order[i]] - ranks[order[i - 1]]);
        }
        double n = ranks.length;
        double below = Arrays.stream(counts).mapToDouble(l -> l * (n - l)).sum();
        return 1 - n * steps / (2 * below);
    }

    /** How many sorted numbers are at most, or below, a value. */
    private static int upTo(double[] sorted, double value, boolean isWithEqual) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] < value || (isWithEqual && sorted[middle] == value)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Squared distances between samples, n × n, which add up over columns. */
    static final class Distances {
        private final double[][] squared;

        private Distances(double[][] squared) {
            this.squared = squared;
        }

        static Distances of(double[][] rows) {
            int n = rows.length;
            double[][] squared = new double[n][n];
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < i; j++) {
                    double sum = 0;
                    for (int k = 0; k < rows[i].length; k++) {
                        sum += (rows[i][k] - rows[j][k]) * (rows[i][k] - rows[j][k]);
                    }
                    squared[i][j] = squared[j][i] = sum;
                }
            }
            return new Distances(squared);
        }

        Distances plus(Distances other) {
            int n = squared.length;
            double[][] sum = new double[n][n];
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    sum[i][j] = squared[i][j] + other.squared[i][j];
                }
            }
            return new Distances(sum);
        }

        /** Returns the nearest other sample of each, drawn among several. */
        int[] nearest(long seed) {
            int[] nearest = new int[squared.length];
            for (int i = 0; i < squared.length; i++) {
                SplittableRandom random = new SplittableRandom(seed + i);
                double best = Double.POSITIVE_INFINITY;
                int ties = 0;
                for (int j = 0; j < squared.length; j++) {
                    if (j == i || squared[i][j] > best) {
                        continue;
                    }
                    ties = squared[i][j] < best ? 1 : ties + 1;
                    best = squared[i][j];
                    if (ties == 1 || random.nextInt(ties) == 0) {
                        nearest[i] = j;
                    }
                }
            }
            return nearest;
        }
    }
}
