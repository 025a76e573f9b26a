package org.expunge.influence.data;

import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;

/** Means, deviations and ranges of each feature, or of each channel; one pass over the rows for each call. */
final class FeatureStatistics {

    /** Takes in one value of one feature. */
    private interface Accumulator {
        void add(int feature, double value);
    }

    private final Features features;

    FeatureStatistics(Features features) {
        this.features = features;
    }

    double[] means() {
        double[] sums = new double[features.width()];
        scan((j, x) -> sums[j] += x);
        return dividedByRows(sums);
    }

    double[] standardDeviations(double[] means) {
        double[] sums = new double[features.width()];
        scan((j, x) -> sums[j] += (x - means[j]) * (x - means[j]));
        return roots(dividedByRows(sums));
    }

    double[] channelMeans(int area) {
        return averagedOver(area, means());
    }

    double[] channelStandardDeviations(double[] channelMeans, int area) {
        double[] deviations = standardDeviations(channelMeans);
        double[] squares = Arrays.stream(deviations).map(d -> d * d).toArray();
        return roots(averagedOver(area, squares));
    }

    double[] minima() {
        return extremes(Double.POSITIVE_INFINITY, Math::min);
    }

    double[] ranges() {
        double[] ranges = extremes(Double.NEGATIVE_INFINITY, Math::max);
        double[] minima = minima();
        Arrays.setAll(ranges, j -> ranges[j] - minima[j]);
        return ranges;
    }

    private double[] extremes(double start, DoubleBinaryOperator pick) {
        double[] extremes = new double[features.width()];
        Arrays.fill(extremes, start);
        scan((j, x) -> extremes[j] = pick.applyAsDouble(extremes[j], x));
        return extremes;
    }

    private void scan(Accumulator accumulator) {
        double[] row = new double[features.width()];
        for (int i = 0; i < features.rows(); i++) {
            features.read(i, row, 0);
            for (int j = 0; j < row.length; j++) {
                accumulator.add(j, row[j]);
            }
        }
    }

    private double[] dividedByRows(double[] sums) {
        return Arrays.stream(sums).map(sum -> sum / features.rows()).toArray();
    }

    private static double[] roots(double[] squares) {
        return Arrays.stream(squares).map(Math::sqrt).toArray();
    }

    /** Replaces each run of {@code area} values by its mean. */
    private static double[] averagedOver(int area, double[] values) {
        double[] averaged = new double[values.length];
        for (int start = 0; start < values.length; start += area) {
            double mean = Arrays.stream(values, start, start + area).average().orElseThrow();
            Arrays.fill(averaged, start, start + area, mean);
        }
        return averaged;
    }
}
