package org.expunge.influence.solver;

import static com.google.common.base.Preconditions.checkArgument;

import org.expunge.influence.curvature.LinearOperator;
import org.expunge.influence.curvature.ParameterVector;

/**
 * Solves {@code A x = b} for a symmetric positive-definite {@code A} reached only through products.
 *
 * <p><b>Shapes.</b> {@code A} is {@code p × p}; {@code b} and {@code x} have length {@code p}.
 *
 * <p><b>Units.</b> With {@code A} in loss per squared parameter and {@code b} in loss per parameter, {@code x} comes
 * back in parameter units.
 *
 * <p><b>Accuracy.</b> Stops once {@code ‖r‖₂ ≤ relativeTolerance · ‖b‖₂}, where {@code r} is the residual carried by
 * the recurrence; rounding can make {@code b − A x} larger.
 *
 * <p><b>Cost.</b> One product with {@code A} per iteration and {@code 4p} doubles of workspace.
 *
 * <p><b>Source.</b> M. R. Hestenes and E. Stiefel, "Methods of Conjugate Gradients for Solving Linear Systems", J. Res.
 * Nat. Bur. Standards 49(6), 1952, section 3.
 */
public final class ConjugateGradient {

    /**
     * When to stop.
     *
     * @param relativeTolerance the target {@code ‖r‖₂ / ‖b‖₂}, in (0, 1)
     * @param maxProducts the most products with {@code A} to spend, at least 1
     */
    public record Options(double relativeTolerance, int maxProducts) {
        /** A tolerance of 1e-8 within 1000 products. */
        public static final Options DEFAULT = new Options(1e-8, 1_000);

        /** Checks the ranges. */
        public Options {
            checkArgument(
                    relativeTolerance > 0 && relativeTolerance < 1,
                    "relativeTolerance must be in (0, 1), got %s",
                    relativeTolerance);
            checkArgument(maxProducts >= 1, "maxProducts must be at least 1, got %s", maxProducts);
        }
    }

    private final Options options;

    /** Keeps the options; one instance serves many solves. */
    public ConjugateGradient(Options options) {
        this.options = options;
    }

    /**
     * Solves {@code A x = b} from a zero start.
     *
     * @param a the operator {@code A}, {@code p × p}, symmetric
     * @param b the right-hand side, length {@code p}, every entry finite
     * @return how the iteration ended; {@link SolveResult.NotPositiveDefinite} asks for more damping
     * @throws IllegalArgumentException if {@code b} does not have length {@code a.dimension()} or is not finite
     */
    public SolveResult solve(LinearOperator a, ParameterVector b) {
        int p = a.dimension();
        checkArgument(b.length() == p, "b has length %s but A is %s × %s", b.length(), p, p);
        double[] x = new double[p];
        double[] r = b.toArray();
        double[] d = r.clone();
        double[] ad = new double[p];
        double rr = Vectors.dot(r, r);
        double bNorm = Math.sqrt(rr);
        checkArgument(Double.isFinite(bNorm), "b must be finite, but its norm is %s", bNorm);
        double target = options.relativeTolerance() * bNorm;
        int products = 0;
        while (Math.sqrt(rr) > target && products < options.maxProducts()) {
            a.apply(d, ad);
            products++;
            double dAd = Vectors.dot(d, ad);
            if (!(dAd > 0)) { // NaN lands here too
                return new SolveResult.NotPositiveDefinite(
                        ParameterVector.of(x), products, Math.sqrt(rr) / bNorm, dAd / Vectors.dot(d, d));
            }
            double alpha = rr / dAd;
            Vectors.addScaled(alpha, d, x);
            Vectors.addScaled(-alpha, ad, r);
            double rrNext = Vectors.dot(r, r);
            Vectors.combine(1, r, rrNext / rr, d);
            rr = rrNext;
        }
        return ended(x, products, Math.sqrt(rr), bNorm);
    }

    private SolveResult ended(double[] x, int products, double residual, double bNorm) {
        ParameterVector solution = ParameterVector.of(x);
        double relative = bNorm == 0 ? 0 : residual / bNorm;
        return residual <= options.relativeTolerance() * bNorm
                ? new SolveResult.Converged(solution, products, relative)
                : new SolveResult.BudgetSpent(solution, products, relative);
    }
}
