package org.expunge.unlearning.certified;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * How much Gaussian noise hides a distance: with {@code N(0, s² I)} added to two points at most {@code s / k} apart,
 * neither law gives any event more than {@code e^ε} times the other's probability plus {@code δ}.
 *
 * <p><b>Accuracy.</b> {@link #analyticFactor} is the least such k, to a relative 1e-12, found by bisection; it errs to
 * the larger side.
 *
 * <p><b>Source.</b> B. Balle and Y.-X. Wang, "Improving the Gaussian Mechanism for Differential Privacy: Analytical
 * Calibration and Optimal Denoising", ICML 2018, theorem 8. {@link #perturbationFactor} is C. Guo et al., "Certified
 * Data Removal from Machine Learning Models", ICML 2020, theorem 3.
 */
public final class GaussianMechanism {
    private static final int HALVINGS = 200;

    private GaussianMechanism() {}

    /**
     * Returns the least {@code k = s / distance}.
     *
     * @param epsilon ε, above 0
     * @param delta δ, in (0, 1)
     */
    public static double analyticFactor(double epsilon, double delta) {
        check(epsilon, delta);
        double low = 0;
        double high = 1;
        while (exceeds(epsilon, delta, high)) {
            high *= 2;
        }
        for (int i = 0; i < HALVINGS && high - low > 1e-13 * high; i++) {
            double middle = (low + high) / 2;
            if (exceeds(epsilon, delta, middle)) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    /**
     * Returns {@code c = √(2 ln(1.5/δ))} of objective perturbation: with noise of deviation σ, a residual of
     * {@code σε/c} is covered.
     *
     * @param delta δ, in (0, 1)
     */
    public static double perturbationFactor(double delta) {
        check(1, delta);
        return Math.sqrt(2 * Math.log(1.5 / delta));
    }

    private static boolean exceeds(double epsilon, double delta, double k) {
        double half = 1 / (2 * k);
        return normalCdf(half - epsilon * k) - Math.exp(epsilon) * normalCdf(-half - epsilon * k) > delta;
    }

    private static void check(double epsilon, double delta) {
        checkArgument(epsilon > 0 && Double.isFinite(epsilon), "epsilon must be above 0, got %s", epsilon);
        checkArgument(delta > 0 && delta < 1, "delta must be in (0, 1), got %s", delta);
    }

    /** Returns Φ(x), with a small relative error in the lower tail too. */
    static double normalCdf(double x) {
        return x > 0 ? 1 - upperTail(x) : upperTail(-x);
    }

    /** Returns {@code 1 − Φ(x)} for x at least 0. */
    private static double upperTail(double x) {
        double density = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
        if (x < 3) { // Φ(x) = ½ + φ(x) Σ x^(2j+1) / (1·3·5···(2j+1))
            double term = x;
            double sum = 0;
            for (int j = 1; term > 1e-18 * sum; j++) {
                sum += term;
                term *= x * x / (2 * j + 1);
            }
            return 0.5 - density * sum;
        }
        double tail = x; // Laplace's continued fraction, from its far end
        for (int j = 200; j >= 1; j--) {
            tail = x + j / tail;
        }
        return density / tail;
    }
}
