package org.expunge.influence.compute;

/**
 * One step of an optimiser over one parameter tensor, with DL4J's formulas. {@code gradient} is the mean gradient of
 * the minibatch with L2 already added, and is left as it was; states start at 0. {@code rate} is one number, which may
 * differ from step to step: it lies where the compute works, so that a step can be {@linkplain Compute#replay
 * prepared}.
 */
public interface UpdateKernels {
    /** {@code w ← w − η g} with the rate η. */
    void sgd(int length, Buffer rate, Buffer gradient, Buffer parameters);

    /** Heavy ball: {@code v ← μ v + g}, {@code w ← w − η v}. */
    void momentum(int length, Buffer rate, double momentum, Buffer gradient, Buffer velocity, Buffer parameters);

    /** DL4J's Nesterovs: {@code v′ = μ v − η g}, {@code w ← w + (1 + μ) v′ − μ v}. */
    void nesterov(int length, Buffer rate, double momentum, Buffer gradient, Buffer velocity, Buffer parameters);

    /**
     * Adam: {@code w ← w − α_t m/(√v + ε)}.
     *
     * @param rate DL4J's {@code α_t = η √(1 − β₂ᵗ)/(1 − β₁ᵗ)} of step t, counted from 1
     */
    void adam(
            int length,
            Buffer rate,
            double beta1,
            double beta2,
            double epsilon,
            Buffer gradient,
            Buffer firstMoment,
            Buffer secondMoment,
            Buffer parameters);
}
