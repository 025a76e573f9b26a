package org.expunge.defense.identify;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;

/**
 * Median and Q_n scale of a sample: a robust mean and standard deviation that half of the sample cannot break.
 *
 * <p><b>Accuracy.</b> Consistent for the normal law (factor 2.2219) with the published small-sample factors; breakdown
 * 50 %, efficiency 82 %. When more than a quarter of the pairs tie, Q_n is 0, and the scaled median absolute deviation,
 * then the standard deviation, stand in.
 *
 * <p><b>Cost.</b> O(n log n) time, O(n) memory: the k-th smallest pairwise difference is found by counting pairs in the
 * sorted sample. Each trial costs O(n) and leaves at most three quarters of the pairs.
 *
 * <p><b>Source.</b> P. J. Rousseeuw and C. Croux, "Alternatives to the Median Absolute Deviation", JASA 88, 1993; C.
 * Croux and P. J. Rousseeuw, "Time-Efficient Algorithms for Two Highly Robust Estimators of Scale", 1992.
 *
 * @param median the median
 * @param scale Q_n or its stand-in; 0 only if all numbers are equal
 */
public record RobustScale(double median, double scale) {
    /** Makes Q_n consistent for the standard deviation of a normal law: 1 / (√2 Φ⁻¹(5/8)). */
    private static final double CONSISTENCY = 2.2219;

    /** Small-sample factors for n = 2 … 9. */
    private static final double[] SMALL = {0.399, 0.994, 0.512, 0.844, 0.611, 0.857, 0.669, 0.872};

    /** Scaled median absolute deviation of a normal law: 1 / Φ⁻¹(3/4). */
    private static final double MAD_CONSISTENCY = 1.4826;

    /**
     * Measures a sample.
     *
     * @param sample at least 2 finite numbers, left as they were
     * @return its median and scale
     */
    public static RobustScale of(double[] sample) {
        checkArgument(sample.length >= 2, "a scale needs at least 2 numbers, got %s", sample.length);
        double[] sorted = sample.clone();
        Arrays.sort(sorted);
        checkArgument(
                Double.isFinite(sorted[0]) && Double.isFinite(sorted[sorted.length - 1]),
                "a scale needs finite numbers");
        double median = medianOfSorted(sorted);
        double scale = qn(sorted);
        if (scale == 0) {
            scale = medianDeviation(sorted, median);
        }
        if (scale == 0) {
            scale = standardDeviation(sorted);
        }
        return new RobustScale(median, scale);
    }

    /**
     * Standardises a number.
     *
     * @param x the number
     * @return how many scales x lies above the median; 0 if the scale is 0
     */
    public double z(double x) {
        return scale == 0 ? 0 : (x - median) / scale;
    }

    /** Returns Q_n of a sorted sample with the small-sample factor. */
    static double qn(double[] sorted) {
        int n = sorted.length;
        long h = n / 2 + 1L;
        return CONSISTENCY * factor(n) * kthDifference(sorted, h * (h - 1) / 2);
    }

    private static double factor(int n) {
        if (n <= 9) {
            return SMALL[n - 2];
        }
        return n % 2 == 1 ? n / (n + 1.4) : n / (n + 3.8);
    }

    /**
     * Returns the k-th smallest of {@code sorted[j] − sorted[i]}, i &lt; j. Row i holds the differences to all later
     * numbers, ascending; each round takes the weighted median of the rows' middles as trial, counts the pairs below it
     * with one sweep, and halves what is left.
     */
    private static double kthDifference(double[] sorted, long k) {
        int n = sorted.length;
        int[] low = new int[n];
        int[] high = new int[n];
        for (int i = 0; i < n; i++) {
            low[i] = i + 1;
            high[i] = n - 1;
        }
        double[] middles = new double[n];
        long[] left = new long[n];
        int[] firstNotLess = new int[n];
        int[] firstGreater = new int[n];
        while (true) {
            double trial = weightedMedian(sorted, low, high, middles, left);
            long below = 0;
            long upTo = 0;
            int lessEnd = 0;
            int equalEnd = 0;
            for (int i = 0; i < n; i++) {
                lessEnd = Math.max(lessEnd, i + 1);
                while (lessEnd < n && sorted[lessEnd] - sorted[i] < trial) {
                    lessEnd++;
                }
                equalEnd = Math.max(equalEnd, lessEnd);
                while (equalEnd < n && sorted[equalEnd] - sorted[i] <= trial) {
                    equalEnd++;
                }
                firstNotLess[i] = lessEnd;
                firstGreater[i] = equalEnd;
                below += lessEnd - (i + 1);
                upTo += equalEnd - (i + 1);
            }
            if (below < k && k <= upTo) {
                return trial;
            }
            for (int i = 0; i < n; i++) {
                if (k <= below) {
                    high[i] = Math.min(high[i], firstNotLess[i] - 1);
                } else {
                    low[i] = Math.max(low[i], firstGreater[i]);
                }
            }
        }
    }

    /** Returns the middle of the rows' middles, each counted as often as its row has pairs left. */
    private static double weightedMedian(double[] sorted, int[] low, int[] high, double[] middles, long[] left) {
        int rows = 0;
        long total = 0;
        for (int i = 0; i < sorted.length; i++) {
            int pairs = high[i] - low[i] + 1;
            if (pairs > 0) {
                middles[rows] = sorted[low[i] + pairs / 2] - sorted[i];
                left[rows] = pairs;
                total += pairs;
                rows++;
            }
        }
        return WeightedSelection.smallest(middles, left, rows, (total + 1) / 2);
    }

    private static double medianOfSorted(double[] sorted) {
        int n = sorted.length;
        return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
    }

    private static double medianDeviation(double[] sample, double median) {
        double[] deviations =
                Arrays.stream(sample).map(x -> Math.abs(x - median)).sorted().toArray();
        return MAD_CONSISTENCY * medianOfSorted(deviations);
    }

    private static double standardDeviation(double[] sample) {
        double mean = Arrays.stream(sample).average().orElse(0);
        double squares = Arrays.stream(sample).map(x -> (x - mean) * (x - mean)).sum();
        return Math.sqrt(squares / (sample.length - 1));
    }
}
