package org.expunge.influence.retraining;

import java.util.Arrays;

/**
 * A mean and how well it is known.
 *
 * @param mean of the numbers
 * @param standardError of the mean; NaN for a single number
 */
public record Moments(double mean, double standardError) {
    /** Returns the moments of numbers, at least 1. */
    public static Moments of(double[] values) {
        double mean = Arrays.stream(values).average().orElseThrow();
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        int n = values.length;
        return new Moments(mean, n == 1 ? Double.NaN : Math.sqrt(squares / (n - 1) / n));
    }
}
