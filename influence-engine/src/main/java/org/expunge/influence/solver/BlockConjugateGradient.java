package org.expunge.influence.solver;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.expunge.influence.curvature.InverseCurvature;
import org.expunge.influence.curvature.LinearOperator;
import org.expunge.influence.curvature.ParameterVector;

/**
 * Solves {@code A x_k = b_k} for several right-hand sides at once: they share one growing search space, so that
 * eigenvalues that one of them resolves are resolved for all, and each product with {@code A} is taken for all
 * directions together ({@link LinearOperator#applyAll}).
 *
 * <p><b>Shapes.</b> {@code A} is {@code p × p}, symmetric positive definite; each {@code b_k} and {@code x_k} has
 * length {@code p}.
 *
 * <p><b>Units.</b> As {@link ConjugateGradient}.
 *
 * <p><b>Accuracy.</b> Each system stops, and leaves the block, once its own residual is {@code ‖r‖₂ ≤ relativeTolerance
 * · ‖b‖₂}. Directions are kept orthonormal and those that others imply are dropped, so that equal or dependent
 * right-hand sides do no harm. After as many sweeps an iterate is at least as good, in the norm of {@code A}, as that
 * of {@link ConjugateGradient}: a block that is stopped early regularises less.
 *
 * <p><b>Cost.</b> A sweep is one product for each direction, some {@code 14 p k²} FLOP for k systems, and with a
 * preconditioner k products with it; {@code 5 k p} doubles.
 *
 * <p><b>Source.</b> D. P. O'Leary, "The Block Conjugate Gradient Algorithm and Related Methods", Linear Algebra and its
 * Applications 29, 1980; without breakdown as H. Ji and Y. Li, "A Breakdown-Free Block Conjugate Gradient Method", BIT
 * 57, 2017, algorithm 1.
 */
public final class BlockConjugateGradient {
    /**
     * When to stop.
     *
     * @param relativeTolerance the target {@code ‖r‖₂ / ‖b‖₂} of each system, in (0, 1)
     * @param maxSweeps the most sweeps to spend on a block, at least 1
     * @param width the most systems of a block, at least 1
     */
    public record Options(double relativeTolerance, int maxSweeps, int width) {
        /** A tolerance of 1e-8 within 1000 sweeps, 16 systems at once. */
        public static final Options DEFAULT = new Options(1e-8, 1_000, 16);

        /** Checks the ranges. */
        public Options {
            checkArgument(
                    relativeTolerance > 0 && relativeTolerance < 1,
                    "relativeTolerance must be in (0, 1), got %s",
                    relativeTolerance);
            checkArgument(maxSweeps >= 1, "maxSweeps must be at least 1, got %s", maxSweeps);
            checkArgument(width >= 1, "width must be at least 1 system, got %s", width);
        }
    }

    /**
     * Answers and what they cost together.
     *
     * @param results one for each right-hand side, in their order; the products of each are the sweeps it took part in
     * @param sweeps sweeps of all blocks
     * @param products products with {@code A} for one vector
     */
    public record Solution(List<SolveResult> results, int sweeps, long products) {
        /** Copies the list. */
        public Solution {
            results = List.copyOf(results);
        }
    }

    private final Options options;

    /** Keeps the options; one instance serves many solves. */
    public BlockConjugateGradient(Options options) {
        this.options = options;
    }

    /**
     * Solves from zero starts.
     *
     * @param a the operator {@code A}, {@code p × p}, symmetric
     * @param b the right-hand sides, each of length {@code p} and finite
     * @param rule looks at the iterates after every sweep; systems are numbered by their place in {@code b}
     * @return how each system ended
     * @throws IllegalArgumentException if a right-hand side is of another length or not finite
     */
    public Solution solve(LinearOperator a, List<ParameterVector> b, StoppingRule rule) {
        return solve(a, b, Vectors::copyAll, rule);
    }

    /**
     * Solves from zero starts with a preconditioner.
     *
     * @param a the operator {@code A}, {@code p × p}, symmetric
     * @param b the right-hand sides, each of length {@code p} and finite
     * @param preconditioner near {@code A⁻¹}; its {@link InverseCurvature#preconditionAll} is used
     * @param rule looks at the iterates after every sweep; systems are numbered by their place in {@code b}
     * @return how each system ended
     * @throws IllegalArgumentException if a length is wrong or a right-hand side is not finite
     */
    public Solution solve(
            LinearOperator a, List<ParameterVector> b, InverseCurvature preconditioner, StoppingRule rule) {
        Vectors.checkPreconditioner(a, preconditioner);
        return solve(a, b, preconditioner::preconditionAll, rule);
    }

    private Solution solve(
            LinearOperator a,
            List<ParameterVector> b,
            BiConsumer<double[][], double[][]> precondition,
            StoppingRule rule) {
        List<SolveResult> results = new ArrayList<>();
        int sweeps = 0;
        long products = 0;
        for (int from = 0; from < b.size(); from += options.width()) {
            List<ParameterVector> some = b.subList(from, Math.min(b.size(), from + options.width()));
            BlockSystems block = new BlockSystems(a, some, from, options.relativeTolerance());
            while (block.isRunning() && block.sweeps() < options.maxSweeps()) {
                block.sweep(precondition, rule);
            }
            results.addAll(block.results());
            sweeps += block.sweeps();
            products += block.products();
        }
        return new Solution(results, sweeps, products);
    }
}
