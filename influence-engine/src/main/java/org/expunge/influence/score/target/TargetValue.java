package org.expunge.influence.score.target;

import java.util.Arrays;

/** A target's value and its derivative at the logits of m rows. Immutable: copied on the way in and out. */
public final class TargetValue {
    private final double value;
    private final double[][] derivative;

    /**
     * Keeps a copy.
     *
     * @param value of the target
     * @param derivative {@code m × K}
     */
    public TargetValue(double value, double[][] derivative) {
        this.value = value;
        this.derivative = copy(derivative);
    }

    /** Returns the value. */
    public double value() {
        return value;
    }

    /** Returns {@code ∂f/∂z}, {@code m × K}. */
    public double[][] derivative() {
        return copy(derivative);
    }

    /** Returns both times a factor. */
    public TargetValue times(double factor) {
        double[][] scaled = copy(derivative);
        for (double[] row : scaled) {
            Arrays.setAll(row, k -> factor * row[k]);
        }
        return new TargetValue(factor * value, scaled);
    }

    private static double[][] copy(double[][] rows) {
        return Arrays.stream(rows).map(double[]::clone).toArray(double[][]::new);
    }
}
