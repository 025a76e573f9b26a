package org.expunge.unlearning.request;

import java.util.Arrays;
import java.util.Optional;

/**
 * Points of which the nearest to another is looked for, within a bound.
 *
 * <p><b>Cost.</b> For most pairs a few numbers: points whose distances to one of the pivots differ by more than the
 * bound are farther apart than it (triangle inequality). The others are compared number by number, until they are over
 * it.
 */
final class PointSearch {
    private static final int CHECK_EVERY = 8;

    /** Relative error of a distance: sums of a few thousand squares are good to 1e-12. */
    private static final double ROUNDING = 1e-9;

    private final double[][] points;
    private final double[] toPivots;
    private final double[][] pivots;
    private final double bound;

    /**
     * A point within the bound.
     *
     * @param at which point
     * @param distance how far it is
     */
    record Hit(int at, double distance) {}

    /**
     * Makes a search.
     *
     * @param points m points
     * @param pivots points that lie about, of the same length
     * @param bound largest distance
     */
    PointSearch(double[][] points, double[][] pivots, double bound) {
        this.points = points;
        this.pivots = pivots;
        this.bound = bound;
        this.toPivots = Arrays.stream(points)
                .flatMapToDouble(point -> Arrays.stream(distances(point)))
                .toArray();
    }

    /** Finds the nearest point within the bound, the first of those equally near. */
    Optional<Hit> nearest(double[] point) {
        double[] far = distances(point);
        double nearest = bound;
        int at = -1;
        for (int i = 0; i < points.length; i++) {
            if (canBeWithin(nearest, far, i)) {
                double distance = Math.sqrt(squaredUpTo(nearest * nearest, point, points[i]));
                if (distance < nearest || (at < 0 && distance <= nearest)) {
                    nearest = distance;
                    at = i;
                }
            }
        }
        return at < 0 ? Optional.empty() : Optional.of(new Hit(at, nearest));
    }

    /** Rounding is allowed for, so that copies are not lost. */
    private boolean canBeWithin(double distance, double[] far, int i) {
        int from = i * far.length;
        for (int k = 0; k < far.length; k++) {
            if (Math.abs(far[k] - toPivots[from + k]) > distance + ROUNDING * far[k]) {
                return false;
            }
        }
        return true;
    }

    private double[] distances(double[] point) {
        return Arrays.stream(pivots)
                .mapToDouble(pivot -> distance(pivot, point))
                .toArray();
    }

    /** Returns the Euclidean distance. */
    static double distance(double[] a, double[] b) {
        return Math.sqrt(squaredUpTo(Double.POSITIVE_INFINITY, a, b));
    }

    /** Returns the squared distance, or something above the bound as soon as that is sure. */
    private static double squaredUpTo(double bound, double[] a, double[] b) {
        double sum = 0;
        for (int from = 0; from < a.length && sum <= bound; from += CHECK_EVERY) {
            int to = Math.min(a.length, from + CHECK_EVERY);
            for (int j = from; j < to; j++) {
                double difference = a[j] - b[j];
                sum += difference * difference;
            }
        }
        return sum;
    }
}
