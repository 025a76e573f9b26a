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
 * the recurrence; rounding can make {@code b − A x} larger. A preconditioner whose rounding shows, as that of a float32
 * one does once residuals are small, ends the solve with an outcome of its own.
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

    private static final int[] ONLY = {0};

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
        return solve(a, b, StoppingRule.NEVER);
    }

    /**
     * Solves {@code A x = b} from a zero start, or less of it if a rule is satisfied sooner.
     *
     * @param a the operator {@code A}, {@code p × p}, symmetric
     * @param b the right-hand side, length {@code p}, every entry finite
     * @param rule looks at the iterate after every product
     * @return how the iteration ended; {@link SolveResult.NotPositiveDefinite} asks for more damping
     * @throws IllegalArgumentException if {@code b} does not have length {@code a.dimension()} or is not finite
     */
    public SolveResult solve(LinearOperator a, ParameterVector b, StoppingRule rule) {
        return iterate(a, b, (r, z) -> System.arraycopy(r, 0, z, 0, r.length), rule);
    }

    /**
     * Solves {@code A x = b} from a zero start with a preconditioner. The residual that is judged is that of the system
     * itself.
     *
     * @param a the operator {@code A}, {@code p × p}, symmetric
     * @param b the right-hand side, length {@code p}, every entry finite
     * @param preconditioner near {@code A⁻¹}; its {@link InverseCurvature#precondition} is used
     * @return how the iteration ended; {@link SolveResult.NotPositiveDefinite} asks for more damping
     * @throws IllegalArgumentException if lengths differ or {@code b} is not finite
     */
    public SolveResult solve(LinearOperator a, ParameterVector b, InverseCurvature preconditioner) {
        return solve(a, b, preconditioner, StoppingRule.NEVER);
    }

    /**
     * Solves {@code A x = b} from a zero start with a preconditioner, or less of it if a rule is satisfied sooner.
     *
     * @param a the operator {@code A}, {@code p × p}, symmetric
     * @param b the right-hand side, length {@code p}, every entry finite
     * @param preconditioner near {@code A⁻¹}; its {@link InverseCurvature#precondition} is used
     * @param rule looks at the iterate after every product
     * @return how the iteration ended
     * @throws IllegalArgumentException if lengths differ or {@code b} is not finite
     */
    public SolveResult solve(LinearOperator a, ParameterVector b, InverseCurvature preconditioner, StoppingRule rule) {
        Vectors.checkPreconditioner(a, preconditioner);
        return iterate(a, b, preconditioner::precondition, rule);
    }

    private SolveResult iterate(
            LinearOperator a, ParameterVector b, BiConsumer<double[], double[]> precondition, StoppingRule rule) {
        double bNorm = Vectors.checkRightHandSide(a.dimension(), b);
        double[] x = new double[b.length()];
        double[] r = b.toArray();
        double[] z = new double[b.length()];
        double[] d = new double[b.length()];
        double[] ad = new double[b.length()];
        double relative = bNorm == 0 ? 0 : 1;
        double rzBefore = Double.POSITIVE_INFINITY;
        int products = 0;
        while (relative > options.relativeTolerance()) {
            if (products == options.maxProducts()) {
                return new SolveResult.BudgetSpent(ParameterVector.of(x), products, relative);
            }
            precondition.accept(r, z);
            double rz = Vectors.dot(r, z);
            if (!(rz > 0)) { // NaN lands here too
                return new SolveResult.PreconditionerNotPositiveDefinite(
                        ParameterVector.of(x), products, relative, rz / Vectors.dot(r, r));
            }
            Vectors.combine(1, z, rz / rzBefore, d);
            rzBefore = rz;
            a.apply(d, ad);
            products++;
            double dAd = Vectors.dot(d, ad);
            if (!(dAd > 0)) { // NaN lands here too
                return new SolveResult.NotPositiveDefinite(
                        ParameterVector.of(x), products, relative, dAd / Vectors.dot(d, d));
            }
            double alpha = rz / dAd;
            Vectors.addScaled(alpha, d, x);
            Vectors.addScaled(-alpha, ad, r);
            relative = Vectors.norm(r) / bNorm;
            if (relative > options.relativeTolerance() && rule.settled(products, ONLY, new double[][] {x})[0]) {
                return new SolveResult.Settled(ParameterVector.of(x), products, relative);
            }
        }
        return new SolveResult.Converged(ParameterVector.of(x), products, relative);
    }
}
