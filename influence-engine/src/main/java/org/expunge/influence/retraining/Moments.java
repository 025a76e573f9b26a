package org.expunge.influence.retraining;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;

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

    /** Returns the means of a table. */
    static double[][] means(Moments[][] table) {
        return each(table, Moments::mean);
    }

    /** Returns the standard errors of a table. */
    static double[][] standardErrors(Moments[][] table) {
        return each(table, Moments::standardError);
    }

    private static double[][] each(Moments[][] table, ToDoubleFunction<Moments> part) {
        return Arrays.stream(table)
                .map(row -> Arrays.stream(row).mapToDouble(part).toArray())
                .toArray(double[][]::new);
    }
}
