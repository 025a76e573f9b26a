package org.expunge.unlearning.membership;

import java.util.Arrays;

/** Mean and variance of numbers. */
public final class Moments {
    private Moments() {}

    /** Returns the mean; NaN of no numbers. */
    public static double mean(double[] values) {
        return Arrays.stream(values).sum() / values.length;
    }

    /** Returns the unbiased variance; NaN of fewer than 2 numbers. */
    public static double variance(double[] values) {
        double mean = mean(values);
        return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / (values.length - 1);
    }
}
