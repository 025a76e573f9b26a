package org.expunge.influence.solver;

import static com.google.common.base.Preconditions.checkArgument;

import org.expunge.influence.curvature.LinearOperator;
import org.expunge.influence.curvature.ParameterVector;

/**
 * Solves {@code A x = b} by the series {@code x = (1/σ) Σ_t (I − A/σ)^t b}, a term a product. For comparison:
 * {@link ConjugateGradient} gets further with the same products.
 *
 * <p><b>Shapes.</b> {@code A} is {@code p × p} and symmetric; {@code b} and {@code x} have length {@code p}.
 *
 * <p><b>Units.</b> As {@link ConjugateGradient}. σ rescales nothing but the step: damping is added to the operator
 * before ({@link LinearOperator#damped}) and keeps its meaning whatever σ is.
 *
 * <p><b>Accuracy.</b> After t terms the error is at most {@code max_k |1 − λ_k/σ|^t} of the answer's norm; a truncated
 * series damps directions with {@code λ < σ/t}. Residuals are exact powers, {@code (I − A/σ)^t b}, whose norms are
 * log-convex in t: once they grow they grow for ever, and the solve ends as {@link SolveResult.Diverged}. That is so if
 * and only if σ is below half the largest eigenvalue or an eigenvalue is negative, and {@code b} has a share in it.
 *
 * <p><b>Cost.</b> One product a term, and those that {@link Scale} spends, all counted; {@code 3p} doubles.
 *
 * <p><b>Source.</b> L. F. Richardson, Phil. Trans. Royal Society A 210, 1911; as a series for influence N. Agarwal, B.
 * Bullins and E. Hazan, "Second-Order Stochastic Optimization for Machine Learning in Linear Time", JMLR 18, 2017.
 */
public final class Neumann {
    /** Growth that rounding does not explain. */
    private static final double GROWTH = 1 + 1e-9;

    /**
     * When to stop.
     *
     * @param relativeTolerance the target {@code ‖r‖₂ / ‖b‖₂}, in (0, 1)
     * @param maxProducts the most products to spend, with those that choose the scale; at least 1
     * @param scale σ
     */
    public record Options(double relativeTolerance, int maxProducts, Scale scale) {
        /** A tolerance of 1e-3 within 1000 products, σ from the largest eigenvalue. */
        public static final Options DEFAULT = new Options(1e-3, 1_000, new Scale.Estimated(20, 1, 0));

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
    public Neumann(Options options) {
        this.options = options;
    }

    /**
     * Solves {@code A x = b} from a zero start.
     *
     * @param a the operator {@code A}, {@code p × p}, symmetric
     * @param b the right-hand side, length {@code p}, every entry finite
     * @return how the iteration ended
     * @throws IllegalArgumentException if {@code b} does not have length {@code a.dimension()} or is not finite
     */
    public SolveResult solve(LinearOperator a, ParameterVector b) {
        double bNorm = Vectors.checkRightHandSide(a.dimension(), b);
        double[] x = new double[b.length()];
        double[] r = b.toArray();
        double[] next = new double[b.length()];
        if (bNorm == 0) {
            return new SolveResult.Converged(b, 0, 0);
        }
        Scale.Choice scale = options.scale().of(a);
        int products = scale.products();
        double relative = 1;
        while (relative > options.relativeTolerance()) {
            if (products >= options.maxProducts()) {
                return new SolveResult.BudgetSpent(ParameterVector.of(x), products, relative);
            }
            a.apply(r, next);
            products++;
            Vectors.combine(1, r, -1 / scale.value(), next);
            double growth = Vectors.norm(next) / bNorm / relative;
            if (!(growth <= GROWTH)) { // NaN lands here too
                return new SolveResult.Diverged(ParameterVector.of(x), products, relative, growth);
            }
            Vectors.addScaled(1 / scale.value(), r, x);
            relative *= growth;
            double[] swapped = r;
            r = next;
            next = swapped;
        }
        return new SolveResult.Converged(ParameterVector.of(x), products, relative);
    }
}
