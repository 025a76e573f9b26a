package org.expunge.influence.score.hydra;

import static com.google.common.base.Preconditions.checkArgument;

import org.expunge.influence.training.Optimizer;

/**
 * One optimiser step, differentiated: {@code V′ = μ V + a ḋ} and {@code h′ = h + e V + c ḋ}, where {@code ḋ} is the
 * derivative of the minibatch's gradient, l2 included.
 *
 * @param momentum μ
 * @param velocityGain a
 * @param velocityReach e
 * @param gain c
 */
record StepMap(double momentum, double velocityGain, double velocityReach, double gain) {
    /**
     * Differentiates a step.
     *
     * @throws IllegalArgumentException for adaptive optimisers
     */
    static StepMap of(Optimizer optimizer, double learningRate) {
        double mu = optimizer.momentum();
        checkArgument(
                optimizer.kind() != Optimizer.Kind.ADAM && optimizer.kind() != Optimizer.Kind.ADAMW,
                "HyDRA differentiates sgd, momentum and nesterov, but the training used %s",
                optimizer.kind());
        return switch (optimizer.kind()) {
            case MOMENTUM -> new StepMap(mu, 1, -learningRate * mu, -learningRate);
            case NESTEROV -> new StepMap(mu, -learningRate, mu * mu, -(1 + mu) * learningRate);
            default -> new StepMap(0, 0, 0, -learningRate);
        };
    }

    /** Takes the step: {@code V} and {@code h} are updated. */
    void apply(double[] derivative, double[] velocity, double[] h) {
        for (int i = 0; i < h.length; i++) {
            double before = velocity[i];
            velocity[i] = momentum * before + velocityGain * derivative[i];
            h[i] += velocityReach * before + gain * derivative[i];
        }
    }

    /**
     * Goes back over the step: how the end depends on {@code V} and {@code h} before it, where curvature is l2 alone.
     *
     * @param ofVelocity dependence on V′
     * @param ofWeights dependence on h′
     * @param l2 weight decay of the parameter
     * @return dependence on V and on h
     */
    double[] back(double ofVelocity, double ofWeights, double l2) {
        return new double[] {
            momentum * ofVelocity + velocityReach * ofWeights,
            velocityGain * l2 * ofVelocity + (1 + gain * l2) * ofWeights
        };
    }

    /** Returns how the end depends on {@code ḋ} in this step. */
    double ofDerivative(double ofVelocity, double ofWeights) {
        return velocityGain * ofVelocity + gain * ofWeights;
    }
}
