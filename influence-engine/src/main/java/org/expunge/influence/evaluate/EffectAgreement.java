package org.expunge.influence.evaluate;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.Doubles;
import java.util.Arrays;
import java.util.List;

/**
 * How well predicted effects of removals agree with effects found by doing them: over all pairs together, and for each
 * query.
 *
 * <p><b>Units.</b> Predictions in the unit of effects: scores divided by the number of training rows.
 *
 * @param pairs queries times removals
 * @param pearson linear correlation over all pairs
 * @param spearman rank correlation over all pairs
 * @param slope of the effects on the predictions, by least squares with an intercept: 1 where the scale is right
 * @param relativeError {@code ‖predicted − found‖ / ‖found‖}
 * @param ofQueries linear correlation of each query over removals; NaN where a side is constant
 */
public record EffectAgreement(
        int pairs, double pearson, double spearman, double slope, double relativeError, List<Double> ofQueries) {
    /** Copies the list. */
    public EffectAgreement {
        ofQueries = List.copyOf(ofQueries);
    }

    /**
     * Compares.
     *
     * @param predicted m × k: of each query and removal
     * @param found m × k
     * @throws IllegalArgumentException if shapes differ, there are fewer than 2 removals, or a number is not finite
     */
    public static EffectAgreement of(double[][] predicted, double[][] found) {
        checkArgument(predicted.length == found.length, "%s queries against %s", predicted.length, found.length);
        double[] ofQueries = new double[predicted.length];
        Arrays.setAll(ofQueries, q -> RankMetrics.pearson(predicted[q], found[q]));
        double[] x = Doubles.concat(predicted);
        double[] y = Doubles.concat(found);
        double pearson = RankMetrics.pearson(x, y);
        double error = 0;
        double size = 0;
        for (int i = 0; i < x.length; i++) {
            error += (x[i] - y[i]) * (x[i] - y[i]);
            size += y[i] * y[i];
        }
        return new EffectAgreement(
                x.length,
                pearson,
                RankMetrics.spearman(x, y),
                pearson * deviation(y) / deviation(x),
                Math.sqrt(error / size),
                Doubles.asList(ofQueries));
    }

    /** Returns the mean of the correlations of queries that have one. */
    public double meanOfQueries() {
        return ofQueries.stream()
                .filter(correlation -> !correlation.isNaN())
                .mapToDouble(Double::doubleValue)
                .average()
                .orElse(Double.NaN);
    }

    private static double deviation(double[] values) {
        double mean = Arrays.stream(values).average().orElseThrow();
        return Math.sqrt(Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum());
    }
}
