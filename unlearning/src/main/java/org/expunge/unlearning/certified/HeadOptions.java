package org.expunge.unlearning.certified;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * How a head is trained and how it forgets.
 *
 * @param kind which linear classifier
 * @param mechanism where the noise goes
 * @param epsilon ε, above 0
 * @param delta δ, in (0, 1)
 * @param lambda λ: what {@code ½‖w‖²} weighs beside the mean loss, above 0
 * @param noise s of {@link Mechanism#OUTPUT}, in units of w; σ of {@link Mechanism#OBJECTIVE}, in units of the summed
 *     loss's gradient; above 0
 * @param retrainsOnExhaustion whether a deletion that the budget does not cover trains anew; else it is refused
 * @param minimumBatch the fewest rows of a deletion, at least 1: two published heads tell less of one row where many
 *     left at once
 * @param principalShare the share of the budget that one principal's deletions may use up before the next training, in
 *     (0, 1]
 */
public record HeadOptions(
        HeadKind kind,
        Mechanism mechanism,
        double epsilon,
        double delta,
        double lambda,
        double noise,
        boolean retrainsOnExhaustion,
        int minimumBatch,
        double principalShare) {
    /** One against the rest, noise of 0.01 on the published head, (1, 1e-5), λ of 1e-3; a tenth for a principal. */
    public static final HeadOptions DEFAULT =
            new HeadOptions(HeadKind.ONE_VS_REST, Mechanism.OUTPUT, 1, 1e-5, 1e-3, 0.01, true, 1, 0.1);

    /** Checks the ranges. */
    public HeadOptions {
        checkArgument(epsilon > 0 && Double.isFinite(epsilon), "epsilon must be above 0, got %s", epsilon);
        checkArgument(delta > 0 && delta < 1, "delta must be in (0, 1), got %s", delta);
        checkArgument(lambda > 0 && Double.isFinite(lambda), "lambda must be above 0, got %s", lambda);
        checkArgument(noise > 0 && Double.isFinite(noise), "noise must be above 0, got %s", noise);
        checkArgument(minimumBatch >= 1, "minimumBatch must be at least 1, got %s", minimumBatch);
        checkArgument(
                principalShare > 0 && principalShare <= 1, "principalShare must be in (0, 1], got %s", principalShare);
        checkArgument(
                mechanism == Mechanism.OUTPUT || epsilon <= 1,
                "objective perturbation is stated for epsilon up to 1, got %s; use output perturbation",
                epsilon);
    }

    /** Returns the same options with another mechanism and its noise. */
    public HeadOptions with(Mechanism other, double otherNoise) {
        return new HeadOptions(
                kind, other, epsilon, delta, lambda, otherNoise, retrainsOnExhaustion, minimumBatch, principalShare);
    }

    /** Returns the same options with another classifier. */
    public HeadOptions with(HeadKind other) {
        return new HeadOptions(
                other, mechanism, epsilon, delta, lambda, noise, retrainsOnExhaustion, minimumBatch, principalShare);
    }

    /** Returns the same options with another penalty. */
    public HeadOptions withLambda(double value) {
        return new HeadOptions(
                kind, mechanism, epsilon, delta, value, noise, retrainsOnExhaustion, minimumBatch, principalShare);
    }

    /** Returns the same options with another guarantee. */
    public HeadOptions withGuarantee(double otherEpsilon, double otherDelta) {
        return new HeadOptions(
                kind,
                mechanism,
                otherEpsilon,
                otherDelta,
                lambda,
                noise,
                retrainsOnExhaustion,
                minimumBatch,
                principalShare);
    }

    /** Returns the same options with other rules for requests. */
    public HeadOptions withRules(boolean retrains, int batch, double share) {
        return new HeadOptions(kind, mechanism, epsilon, delta, lambda, noise, retrains, batch, share);
    }

    /**
     * Returns what may be left of the gradient's norm.
     *
     * @param rows how many rows the head was made of, n or n − m
     */
    public double budget(int rows) {
        return mechanism == Mechanism.OUTPUT
                ? noise / GaussianMechanism.analyticFactor(epsilon, delta) * lambda * rows
                : noise * epsilon / GaussianMechanism.perturbationFactor(delta);
    }
}
