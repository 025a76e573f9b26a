package org.expunge.unlearning.method.selected;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * Gaussian noise that hides what one Newton step leaves of m rows, for a mean loss that is strongly convex by λ,
 * L-Lipschitz and has an M-Lipschitz Hessian: {@code σ = (γ/ε) √(2 ln(1.25/δ))} with {@code γ = 2 M L² m² / (n² λ³)}.
 * No network is known to have these, so that on one the noise proves nothing.
 *
 * <p><b>Source.</b> A. Sekhari, J. Acharya, G. Kamath and A. Suresh, "Remember What You Want to Forget", NeurIPS 2021,
 * algorithm 1.
 *
 * @param epsilon ε, above 0
 * @param delta δ, in (0, 1)
 * @param lipschitz L, above 0
 * @param hessianLipschitz M, above 0
 */
public record SekhariNoise(double epsilon, double delta, double lipschitz, double hessianLipschitz) {
    /** ε of 0.1 and δ of 0.01, L of 1 and M of ¼, as released with L-CODEC. */
    public static final SekhariNoise RELEASED = new SekhariNoise(0.1, 0.01, 1, 0.25);

    /** Checks the ranges. */
    public SekhariNoise {
        checkArgument(epsilon > 0, "epsilon must be above 0, got %s", epsilon);
        checkArgument(delta > 0 && delta < 1, "delta must be in (0, 1), got %s", delta);
        checkArgument(lipschitz > 0, "lipschitz must be above 0, got %s", lipschitz);
        checkArgument(hessianLipschitz > 0, "hessianLipschitz must be above 0, got %s", hessianLipschitz);
    }

    /**
     * Returns the standard deviation for each parameter.
     *
     * @param forgotten m, at least 1
     * @param rows n, at least 1
     * @param convexity λ, above 0
     */
    public double deviation(int forgotten, int rows, double convexity) {
        double share = (double) forgotten / rows;
        double gamma = 2 * hessianLipschitz * lipschitz * lipschitz * share * share / Math.pow(convexity, 3);
        return gamma / epsilon * Math.sqrt(2 * Math.log(1.25 / delta));
    }
}
