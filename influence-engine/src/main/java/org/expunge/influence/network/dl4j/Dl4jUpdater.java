package org.expunge.influence.network.dl4j;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * The part of DL4J's training configuration that a model file carries for every layer alike.
 *
 * @param kind the update rule
 * @param learningRate step size, 0 or more
 * @param momentum of {@link Kind#NESTEROVS}, in [0, 1); 0 for the others
 * @param beta1 decay of Adam's first moment, in [0, 1); 0 for the others
 * @param beta2 decay of Adam's second moment, in [0, 1); 0 for the others
 * @param epsilon Adam's, above 0; 0 for the others
 * @param l2 added to the gradient as {@code l2 · w} before the update, weights only; 0 or more
 * @param weightDecay added to the update as {@code weightDecay · learningRate · w}, weights only; 0 or more
 */
public record Dl4jUpdater(
        Kind kind,
        double learningRate,
        double momentum,
        double beta1,
        double beta2,
        double epsilon,
        double l2,
        double weightDecay) {
    /** Update rules that are read and written. */
    public enum Kind {
        /** Plain steps. */
        SGD,
        /** Nesterov's momentum in DL4J's form. */
        NESTEROVS,
        /** Adam; with {@link Dl4jUpdater#weightDecay} it is AdamW. */
        ADAM
    }

    /** What is written when nothing else is known: plain steps of 0.1. */
    public static final Dl4jUpdater DEFAULT = sgd(0.1);

    /** Checks the ranges. */
    public Dl4jUpdater {
        checkNotNegative("learningRate", learningRate);
        checkFraction("momentum", momentum);
        checkFraction("beta1", beta1);
        checkFraction("beta2", beta2);
        checkNotNegative("epsilon", epsilon);
        checkNotNegative("l2", l2);
        checkNotNegative("weightDecay", weightDecay);
    }

    /** Plain steps. */
    public static Dl4jUpdater sgd(double learningRate) {
        return new Dl4jUpdater(Kind.SGD, learningRate, 0, 0, 0, 0, 0, 0);
    }

    /** Nesterov's momentum. */
    public static Dl4jUpdater nesterovs(double learningRate, double momentum) {
        return new Dl4jUpdater(Kind.NESTEROVS, learningRate, momentum, 0, 0, 0, 0, 0);
    }

    /** Adam. */
    public static Dl4jUpdater adam(double learningRate, double beta1, double beta2, double epsilon) {
        return new Dl4jUpdater(Kind.ADAM, learningRate, 0, beta1, beta2, epsilon, 0, 0);
    }

    /** Returns the same rule with other penalties on the weights. */
    public Dl4jUpdater withPenalties(double newL2, double newWeightDecay) {
        return new Dl4jUpdater(kind, learningRate, momentum, beta1, beta2, epsilon, newL2, newWeightDecay);
    }

    private static void checkNotNegative(String name, double value) {
        checkArgument(value >= 0 && Double.isFinite(value), "%s must be 0 or more, got %s", name, value);
    }

    private static void checkFraction(String name, double value) {
        checkArgument(value >= 0 && value < 1, "%s must be in [0, 1), got %s", name, value);
    }
}
