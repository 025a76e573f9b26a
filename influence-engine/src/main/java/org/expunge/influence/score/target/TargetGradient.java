package org.expunge.influence.score.target;

/** A target's value and its gradient in the parameters. Immutable. */
public final class TargetGradient {
    private final double value;
    private final double[] gradient;

    TargetGradient(double value, double[] gradient) {
        this.value = value;
        this.gradient = gradient;
    }

    /** Returns the value. */
    public double value() {
        return value;
    }

    /** Returns {@code ∇f}, p numbers in flat order; a copy. */
    public double[] gradient() {
        return gradient.clone();
    }
}
