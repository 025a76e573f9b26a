package org.expunge.influence.solver;

import static com.google.common.base.Preconditions.checkArgument;

import org.expunge.influence.curvature.ParameterVector;
import org.expunge.influence.curvature.RectangularOperator;

/**
 * Minimises {@code ‖A x − b‖² + μ ‖x‖²} by conjugate gradients on the normal equations, without forming {@code AᵀA}.
 *
 * <p><b>Shapes.</b> {@code A} is {@code m × k}, of any shape and rank; {@code b} has length m and {@code x} length k.
 *
 * <p><b>Units.</b> μ is added to the eigenvalues of {@code AᵀA}.
 *
 * <p><b>Accuracy.</b> Stops once {@code ‖Aᵀ(b − A x) − μ x‖ ≤ relativeTolerance · ‖Aᵀ b‖}; that ratio is the residual
 * reported. With {@code μ = 0} and dependent columns the answer is the shortest of all that minimise. Rounding grows
 * with the condition number of {@code A}, not with its square.
 *
 * <p><b>Cost.</b> A product with {@code A} and one with {@code Aᵀ} an iteration, both counted; {@code 2m + 3k} doubles.
 *
 * <p><b>Source.</b> Å. Björck, "Numerical Methods for Least Squares Problems", SIAM, 1996, algorithm 7.4.1.
 */
public final class Cgls {
    private final ConjugateGradient.Options options;

    /** Keeps the options; one instance serves many solves. */
    public Cgls(ConjugateGradient.Options options) {
        this.options = options;
    }

    /**
     * Minimises from a zero start.
     *
     * @param a the matrix
     * @param b length {@code a.rows()}, every entry finite
     * @param damping μ, at least 0 and finite
     * @return how the iteration ended, with x of length {@code a.columns()}
     * @throws IllegalArgumentException if a length is wrong, {@code b} is not finite or the damping is negative
     */
    public SolveResult solve(RectangularOperator a, ParameterVector b, double damping) {
        checkArgument(b.length() == a.rows(), "b has length %s but A has %s rows", b.length(), a.rows());
        checkArgument(Double.isFinite(b.norm()), "b must be finite, but its norm is %s", b.norm());
        checkArgument(damping >= 0 && Double.isFinite(damping), "damping must be 0 or more, got %s", damping);
        double[] x = new double[a.columns()];
        double[] r = b.toArray();
        double[] s = new double[x.length];
        a.applyTransposed(r, s);
        int products = 1;
        double[] d = s.clone();
        double[] ad = new double[r.length];
        double square = Vectors.dot(s, s);
        double first = Math.sqrt(square);
        double relative = first == 0 ? 0 : 1;
        while (!(relative <= options.relativeTolerance())) {
            if (products + 2 > options.maxProducts()) {
                return new SolveResult.BudgetSpent(ParameterVector.of(x), products, relative);
            }
            a.apply(d, ad);
            double curvature = Vectors.dot(ad, ad) + damping * Vectors.dot(d, d);
            if (!(curvature > 0)) { // NaN lands here too
                return new SolveResult.NotPositiveDefinite(ParameterVector.of(x), products + 1, relative, curvature);
            }
            double alpha = square / curvature;
            Vectors.addScaled(alpha, d, x);
            Vectors.addScaled(-alpha, ad, r);
            a.applyTransposed(r, s);
            products += 2;
            Vectors.addScaled(-damping, x, s);
            double before = square;
            square = Vectors.dot(s, s);
            relative = Math.sqrt(square) / first;
            Vectors.combine(1, s, square / before, d);
        }
        return new SolveResult.Converged(ParameterVector.of(x), products, relative);
    }
}
