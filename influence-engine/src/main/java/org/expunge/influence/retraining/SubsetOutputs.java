package org.expunge.influence.retraining;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;

/** What was measured after training on each subset with each seed. Immutable. */
public final class SubsetOutputs {
    private final Subsets subsets;
    private final double[][][] values;

    /**
     * Holds measurements.
     *
     * @param subsets s subsets
     * @param values s × R × m; copied
     */
    public SubsetOutputs(Subsets subsets, double[][][] values) {
        checkArgument(
                values.length == subsets.count(), "%s measurements of %s subsets", values.length, subsets.count());
        checkArgument(values[0].length >= 1, "nothing was measured");
        for (double[][] ofSubset : values) {
            checkArgument(
                    ofSubset.length == values[0].length
                            && Arrays.stream(ofSubset).allMatch(v -> v.length == values[0][0].length),
                    "subsets were not measured alike");
        }
        this.subsets = subsets;
        this.values = copy(values);
    }

    /** Returns the subsets. */
    public Subsets subsets() {
        return subsets;
    }

    /** Returns R. */
    public int repetitions() {
        return values[0].length;
    }

    /** Returns m. */
    public int outputs() {
        return values[0][0].length;
    }

    /** Returns s × R × m; a copy. */
    public double[][][] values() {
        return copy(values);
    }

    /** Returns s × m: means over repetitions. */
    public double[][] means() {
        double[][] means = new double[values.length][outputs()];
        for (int s = 0; s < values.length; s++) {
            for (double[] repetition : values[s]) {
                for (int q = 0; q < repetition.length; q++) {
                    means[s][q] += repetition[q] / repetitions();
                }
            }
        }
        return means;
    }

    private static double[][][] copy(double[][][] values) {
        return Arrays.stream(values)
                .map(v -> Arrays.stream(v).map(double[]::clone).toArray(double[][]::new))
                .toArray(double[][][]::new);
    }
}
