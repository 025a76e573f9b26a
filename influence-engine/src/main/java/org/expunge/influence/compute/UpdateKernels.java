package org.expunge.influence.compute;

/**
 * One step of an optimiser over one parameter tensor, with DL4J's formulas. {@code gradient} is the mean gradient of
 * the minibatch with L2 already added, and is left as it was; states start at 0.
 */
public interface UpdateKernels {
    /** {@code w ← w − η g}. */
    void sgd(int length, double learningRate, Buffer gradient, Buffer parameters);

    /** Heavy ball: {@code v ← μ v + g}, {@code w ← w − η v}. */
    void momentum(
            int length, double learningRate, double momentum, Buffer gradient, Buffer velocity, Buffer parameters);

    /** DL4J's Nesterovs: {@code v′ = μ v − η g}, {@code w ← w + (1 + μ) v′ − μ v}. */
    void nesterov(
            int length, double learningRate, double momentum, Buffer gradient, Buffer velocity, Buffer parameters);

    /**
     * Adam with DL4J's {@code α_t = η √(1 − β₂ᵗ)/(1 − β₁ᵗ)} and {@code w ← w − α_t m/(√v + ε)}.
     *
     * @param step t, counted from 1
     */
    void adam(
            int length,
            double learningRate,
            double beta1,
            double beta2,
            double epsilon,
            int step,
            Buffer gradient,
            Buffer firstMoment,
            Buffer secondMoment,
            Buffer parameters);
}
