package org.expunge.influence.solver;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.function.BiConsumer;
import org.expunge.influence.curvature.InverseCurvature;
import org.expunge.influence.curvature.LinearOperator;
import org.expunge.influence.curvature.ParameterVector;

/**
 * Solves {@code A x = b} for a symmetric positive-definite {@code A} reached only through products, if wanted with a
 * preconditioner {@code M ≈ A⁻¹}.
 *
 * <p><b>Shapes.</b> {@code A} is {@code p × p}; {@code b} and {@code x} have length {@code p}.
 *
 * <p><b>Units.</b> With {@code A} in loss per squared parameter and {@code b} in loss per parameter, {@code x} comes
 * back in parameter units.
 *
 * <p><b>Accuracy.</b> Stops once {@code ‖r‖₂ ≤ relativeTolerance · ‖b‖₂}, where {@code r} is the residual carried by
 * the recurrence; rounding can make {@code b − A x} larger.
 *
 * <p><b>Cost.</b> One product with {@code A} per iteration and {@code 5p} doubles of workspace; with a preconditioner
 * also one product with it.
 *
 * <p><b>Source.</b> M. R. Hestenes and E. Stiefel, "Methods of Conjugate Gradients for Solving Linear Systems", J. Res.
 * Nat. Bur. Standards 49(6), 1952, section 3; preconditioned as in Y. Saad, "Iterative Methods for Sparse Linear
 * Systems", 2nd edition, 2003, algorithm 9.1.
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
        return iterate(a, b, (r, z) -> System.arraycopy(r, 0, z, 0, r.length));
    }

    /**
     * Solves {@code A x = b} from a zero start with a preconditioner. The residual that is judged is that of the system
     * itself.
     *
     * @param a the operator {@code A}, {@code p × p}, symmetric
     * @param b the right-hand side, length {@code p}, every entry finite
     * @param preconditioner near {@code A⁻¹}; its {@link InverseCurvature#precondition} is used
     * @return how the iteration ended; {@link SolveResult.NotPositiveDefinite} asks for more damping
     * @throws IllegalArgumentException if lengths differ, {@code b} is not finite, or the preconditioner turns out not
     *     to be positive definite
     */
    public SolveResult solve(LinearOperator a, ParameterVector b, InverseCurvature preconditioner) {
        int p = a.dimension();
        checkArgument(
                preconditioner.dimension() == p,
                "the preconditioner is for %s parameters but A is %s × %s",
                preconditioner.dimension(),
                p,
                p);
        return iterate(a, b, preconditioner::precondition);
    }

    private SolveResult iterate(LinearOperator a, ParameterVector b, BiConsumer<double[], double[]> precondition) {
        int p = a.dimension();
        checkArgument(b.length() == p, "b has length %s but A is %s × %s", b.length(), p, p);
        double[] x = new double[p];
        double[] r = b.toArray();
        double[] z = new double[p];
        double[] d = new double[p];
        double[] ad = new double[p];
        double residual = Math.sqrt(Vectors.dot(r, r));
        double bNorm = residual;
        checkArgument(Double.isFinite(bNorm), "b must be finite, but its norm is %s", bNorm);
        double target = options.relativeTolerance() * bNorm;
        double rzBefore = Double.POSITIVE_INFINITY;
        int products = 0;
        while (residual > target && products < options.maxProducts()) {
            precondition.accept(r, z);
            double rz = Vectors.dot(r, z);
            checkArgument(rz > 0, "the preconditioner is not positive definite: a residual has the product %s", rz);
            Vectors.combine(1, z, rz / rzBefore, d);
            rzBefore = rz;
            a.apply(d, ad);
            products++;
            double dAd = Vectors.dot(d, ad);
            if (!(dAd > 0)) { // NaN lands here too
                return new SolveResult.NotPositiveDefinite(
                        ParameterVector.of(x), products, residual / bNorm, dAd / Vectors.dot(d, d));
            }
            double alpha = rz / dAd;
            Vectors.addScaled(alpha, d, x);
            Vectors.addScaled(-alpha, ad, r);
            residual = Math.sqrt(Vectors.dot(r, r));
        }
        return ended(x, products, residual, bNorm);
    }

    private SolveResult ended(double[] x, int products, double residual, double bNorm) {
        ParameterVector solution = ParameterVector.of(x);
        double relative = bNorm == 0 ? 0 : residual / bNorm;
        return residual <= options.relativeTolerance() * bNorm
                ? new SolveResult.Converged(solution, products, relative)
                : new SolveResult.BudgetSpent(solution, products, relative);
    }
}
