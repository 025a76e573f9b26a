package org.expunge.defense.detect;

import java.util.Arrays;
import java.util.List;

/**
 * Two clusters of points by Lloyd's iteration. It starts, without chance, from the points on either side of the mean
 * along each axis in turn, and keeps the start that ends with the smallest distortion: for principal coordinates the
 * axes are the directions of most variance.
 *
 * <p><b>Cost.</b> O(n k) an iteration, k starts at most.
 *
 * @param isSecond for each point, whether it is in the smaller cluster; false for all if the points do not split
 * @param secondSize points of the smaller cluster, at most half
 * @param silhouette mean over points of {@code (b − a) / max(a, b)}, with a and b the distances to the own and the
 *     other centre; 0 if they do not split
 * @param margins for each point {@code (a_first − a_second) / max}: above 0 in the smaller cluster
 */
record TwoMeans(List<Boolean> isSecond, int secondSize, double silhouette, List<Double> margins) {
    private static final int MOST_STARTS = 4;
    private static final int MOST_ITERATIONS = 100;

    /** Splits points; each has at least one coordinate, and an axis of no spread is not a start. */
    static TwoMeans of(double[][] points) {
        double best = Double.POSITIVE_INFINITY;
        boolean[] split = new boolean[points.length];
        int axes = points.length == 0 ? 0 : Math.min(MOST_STARTS, points[0].length);
        double[] mean = axes == 0 ? new double[0] : RowMoments.mean(points);
        for (int axis = 0; axis < axes; axis++) {
            boolean[] found = start(points, axis, mean[axis]);
            double distortion = iterate(points, found);
            if (distortion < best) {
                best = distortion;
                split = found;
            }
        }
        return of(points, split);
    }

    private static boolean[] start(double[][] points, int axis, double mean) {
        boolean[] split = new boolean[points.length];
        for (int i = 0; i < split.length; i++) {
            split[i] = points[i][axis] > mean;
        }
        return split;
    }

    /** Improves a split in place; returns its distortion, infinite if a side is empty. */
    private static double iterate(double[][] points, boolean[] split) {
        double distortion = Double.POSITIVE_INFINITY;
        for (int t = 0; t < MOST_ITERATIONS; t++) {
            double[][] centres = centres(points, split);
            if (centres.length == 0) {
                return Double.POSITIVE_INFINITY;
            }
            double sum = 0;
            boolean isSame = true;
            for (int i = 0; i < split.length; i++) {
                double first = squared(points[i], centres[0]);
                double second = squared(points[i], centres[1]);
                boolean isNearer = second < first;
                isSame &= isNearer == split[i];
                split[i] = isNearer;
                sum += Math.min(first, second);
            }
            distortion = sum;
            if (isSame) {
                return distortion;
            }
        }
        return distortion;
    }

    private static TwoMeans of(double[][] points, boolean[] split) {
        double[][] centres = centres(points, split);
        Boolean[] isSecond = new Boolean[split.length];
        Double[] margins = new Double[split.length];
        if (centres.length == 0) {
            Arrays.fill(isSecond, false);
            Arrays.fill(margins, 0.0);
            return new TwoMeans(Arrays.asList(isSecond), 0, 0, Arrays.asList(margins));
        }
        int ones = 0;
        for (boolean side : split) {
            ones += side ? 1 : 0;
        }
        boolean isSmaller = 2 * ones <= split.length;
        double[] small = centres[isSmaller ? 1 : 0];
        double[] large = centres[isSmaller ? 0 : 1];
        double sum = 0;
        for (int i = 0; i < split.length; i++) {
            double toLarge = Math.sqrt(squared(points[i], large));
            double toSmall = Math.sqrt(squared(points[i], small));
            isSecond[i] = split[i] == isSmaller;
            margins[i] = (toLarge - toSmall) / Math.max(toLarge, toSmall);
            sum += Math.abs(margins[i]);
        }
        return new TwoMeans(
                Arrays.asList(isSecond),
                isSmaller ? ones : split.length - ones,
                sum / split.length,
                Arrays.asList(margins));
    }

    /** Returns the mean of each side, or nothing if one is empty. */
    private static double[][] centres(double[][] points, boolean[] split) {
        if (points.length == 0) {
            return new double[0][];
        }
        double[][] centres = new double[2][points[0].length];
        int[] counts = new int[2];
        for (int i = 0; i < split.length; i++) {
            int side = split[i] ? 1 : 0;
            counts[side]++;
            for (int j = 0; j < centres[side].length; j++) {
                centres[side][j] += points[i][j];
            }
        }
        if (counts[0] == 0 || counts[1] == 0) {
            return new double[0][];
        }
        for (int side = 0; side < 2; side++) {
            for (int j = 0; j < centres[side].length; j++) {
                centres[side][j] /= counts[side];
            }
        }
        return centres;
    }

    private static double squared(double[] a, double[] b) {
        double sum = 0;
        for (int j = 0; j < a.length; j++) {
            sum += (a[j] - b[j]) * (a[j] - b[j]);
        }
        return sum;
    }
}
