package org.expunge.defense.model;

import com.google.common.math.Quantiles;
import java.util.Arrays;

/**
 * How far values lie below the middle of all of them: {@code (median − v) / (1.4826 · MAD)}, negative above it.
 *
 * <p>Of an even number of values the median is the mean of the two in the middle, for the deviations as well: the lower
 * of the two, as some libraries take it, makes the smallest of few values look usual. Deviations of less than a
 * hundredth of the median count as that hundredth, so that equal values are not divided by nothing.
 *
 * <p><b>Source.</b> B. Wang et al., "Neural Cleanse", IEEE S&amp;P 2019, section IV: above 2 is an outlier, with 1.4826
 * for normal deviations; only small values are.
 */
final class AnomalyIndex {
    static final double OUTLIER = 2;

    private static final double NORMAL = 1.4826;
    private static final double LEAST_DEVIATION = 0.01;

    private AnomalyIndex() {}

    static double[] below(double[] values) {
        double median = Quantiles.median().compute(values);
        double[] deviations =
                Arrays.stream(values).map(v -> Math.abs(v - median)).toArray();
        double scale = NORMAL * Math.max(Quantiles.median().compute(deviations), LEAST_DEVIATION * Math.abs(median));
        return Arrays.stream(values)
                .map(v -> scale > 0 ? (median - v) / scale : 0)
                .toArray();
    }
}
