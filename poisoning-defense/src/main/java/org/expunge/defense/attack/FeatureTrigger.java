package org.expunge.defense.attack;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Shape;

/**
 * Sets some features of a table's row to fixed values, within or out of the bounds of the data.
 *
 * <p><b>Source.</b> B. Pleiter, B. Tajalli, S. Koffas, G. Abad, J. Xu, M. Larson and S. Picek, "Tabdoor: Backdoor
 * Vulnerabilities in Transformer-based Neural Networks for Tabular Data", 2023.
 *
 * @param features indices of features, at least one, all different
 * @param values what each is set to, in the unit of the raw values
 */
public record FeatureTrigger(List<Integer> features, List<Double> values) implements Trigger {
    /** Checks the lists; copies them. */
    public FeatureTrigger {
        features = List.copyOf(features);
        values = List.copyOf(values);
        checkArgument(!features.isEmpty(), "a trigger needs at least one feature");
        checkArgument(
                features.size() == values.size(),
                "there are %s features but %s values",
                features.size(),
                values.size());
        checkArgument(
                features.stream().distinct().count() == features.size(), "a feature is named twice in %s", features);
        checkArgument(values.stream().allMatch(Double::isFinite), "every value must be finite: %s", values);
    }

    /**
     * Sets features to values that rows have.
     *
     * @param train raw rows, at least one
     * @param features which features
     * @param quantile which of their values, in [0, 1]: 0.5 is the median, the lower one of two
     * @return the trigger
     */
    public static FeatureTrigger inBounds(Dataset train, List<Integer> features, double quantile) {
        checkArgument(quantile >= 0 && quantile <= 1, "the quantile must be in [0, 1], got %s", quantile);
        return of(train, features, sorted -> sorted[(int) Math.floor(quantile * (sorted.length - 1))]);
    }

    /**
     * Sets features to what no row has: half of the range above the largest value.
     *
     * @param train raw rows, at least one
     * @param features which features
     * @return the trigger
     */
    public static FeatureTrigger outOfBounds(Dataset train, List<Integer> features) {
        return of(train, features, sorted -> {
            double highest = sorted[sorted.length - 1];
            return highest + Math.max(0.5 * (highest - sorted[0]), Math.ulp(highest));
        });
    }

    private interface Choice {
        double of(double[] sorted);
    }

    private static FeatureTrigger of(Dataset train, List<Integer> features, Choice choice) {
        checkArgument(train.size() > 0, "%s has no rows to take values from", train.name());
        int width = train.features().width();
        features.forEach(j -> checkArgument(j >= 0 && j < width, "feature %s does not exist; there are %s", j, width));
        double[][] rows = IntStream.range(0, train.size()).mapToObj(train::row).toArray(double[][]::new);
        IntToDoubleFunction value = j -> {
            double[] column = Arrays.stream(rows).mapToDouble(row -> row[j]).toArray();
            Arrays.sort(column);
            return choice.of(column);
        };
        return new FeatureTrigger(
                features, features.stream().map(value::applyAsDouble).toList());
    }

    @Override
    public void apply(Use use, Shape shape, double[] row, RandomGenerator random) {
        for (int i = 0; i < features.size(); i++) {
            int feature = features.get(i);
            checkArgument(
                    feature >= 0 && feature < row.length,
                    "feature %s does not exist; there are %s",
                    feature,
                    row.length);
            row[feature] = values.get(i);
        }
    }

    @Override
    public String description() {
        return "features " + features + " set to " + values;
    }
}
