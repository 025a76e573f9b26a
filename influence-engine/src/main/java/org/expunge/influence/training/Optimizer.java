package org.expunge.influence.training;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * The rule that turns a mean gradient {@code g} into a step, with DL4J's formulas (see
 * {@link org.expunge.influence.compute.UpdateKernels}).
 *
 * @param kind which rule
 * @param momentum μ, in [0, 1); used by {@link Kind#MOMENTUM} and {@link Kind#NESTEROV}
 * @param beta1 decay of Adam's first moment, in [0, 1)
 * @param beta2 decay of Adam's second moment, in [0, 1)
 * @param epsilon what Adam adds to the root of the second moment, above 0
 * @param weightDecay decoupled decay: each step also takes {@code η · weightDecay · w} off the weights (not off biases
 *     and scales); 0 or more, and 0 for all but {@link Kind#ADAMW}
 */
public record Optimizer(Kind kind, double momentum, double beta1, double beta2, double epsilon, double weightDecay) {

    /** The rules. */
    public enum Kind {
        /** {@code w ← w − η g}. */
        SGD(0),
        /** Heavy ball. */
        MOMENTUM(1),
        /** Nesterov's momentum. */
        NESTEROV(1),
        /** Adam with bias correction. */
        ADAM(2),
        /** Adam with decoupled weight decay. */
        ADAMW(2);

        private final int states;

        Kind(int states) {
            this.states = states;
        }

        /** Returns how many numbers a parameter needs besides itself. */
        public int states() {
            return states;
        }
    }

    private static final double MOMENTUM = 0.9;
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;
    private static final double WEIGHT_DECAY = 0.01;

    /** Nesterov's momentum with μ = 0.9. */
    public static final Optimizer DEFAULT = of(Kind.NESTEROV);

    /** Checks every range. */
    public Optimizer {
        checkArgument(momentum >= 0 && momentum < 1, "momentum must be in [0, 1), got %s", momentum);
        checkArgument(beta1 >= 0 && beta1 < 1, "beta1 must be in [0, 1), got %s", beta1);
        checkArgument(beta2 >= 0 && beta2 < 1, "beta2 must be in [0, 1), got %s", beta2);
        checkArgument(epsilon > 0 && Double.isFinite(epsilon), "epsilon must be above 0, got %s", epsilon);
        checkArgument(
                weightDecay >= 0 && Double.isFinite(weightDecay), "weightDecay must be 0 or more, got %s", weightDecay);
        checkArgument(
                weightDecay == 0 || kind == Kind.ADAMW,
                "weightDecay is for adamw alone, got %s with %s; use l2",
                weightDecay,
                kind);
    }

    /** Returns a rule with its customary constants. */
    public static Optimizer of(Kind kind) {
        return new Optimizer(kind, MOMENTUM, BETA1, BETA2, EPSILON, kind == Kind.ADAMW ? WEIGHT_DECAY : 0);
    }

    /** Returns plain gradient descent. */
    public static Optimizer sgd() {
        return of(Kind.SGD);
    }

    /**
     * Returns what a step is multiplied by: η, with Adam {@code η √(1 − β₂ᵗ)/(1 − β₁ᵗ)}.
     *
     * @param learningRate η
     * @param step t, counted from 1
     */
    double rate(double learningRate, int step) {
        return switch (kind) {
            case SGD, MOMENTUM, NESTEROV -> learningRate;
            case ADAM, ADAMW -> learningRate * Math.sqrt(1 - Math.pow(beta2, step)) / (1 - Math.pow(beta1, step));
        };
    }

    /** Returns the same rule with another μ. */
    public Optimizer withMomentum(double value) {
        return new Optimizer(kind, value, beta1, beta2, epsilon, weightDecay);
    }

    /** Returns the same rule with another decoupled weight decay. */
    public Optimizer withWeightDecay(double value) {
        return new Optimizer(kind, momentum, beta1, beta2, epsilon, value);
    }
}
