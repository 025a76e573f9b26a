package org.expunge.influence.solver;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.Lists;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
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
 * also one product with it. Of several right-hand sides, 16 at most are worked on at once.
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

    /** Systems that go side by side: their products share most of a pass over the rows. */
    private static final int TOGETHER = 16;

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
        return solveAll(a, List.of(b), rule).get(0);
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
        return solveAll(a, List.of(b), preconditioner, rule).get(0);
    }

    /**
     * Solves for several right-hand sides side by side: each with the iterates it would have alone, while products are
     * taken for some of them together ({@link LinearOperator#applyAll}).
     *
     * @param a the operator {@code A}, {@code p × p}, symmetric
     * @param b the right-hand sides, each of length {@code p} and finite
     * @param rule looks at the iterates after every product; systems are numbered by their place in {@code b}
     * @return how each iteration ended
     * @throws IllegalArgumentException if a right-hand side is of another length or not finite
     */
    public List<SolveResult> solveAll(LinearOperator a, List<ParameterVector> b, StoppingRule rule) {
        return solveAll(a, b, Vectors::copyAll, rule);
    }

    /**
     * Solves for several right-hand sides side by side with a preconditioner.
     *
     * @param a the operator {@code A}, {@code p × p}, symmetric
     * @param b the right-hand sides, each of length {@code p} and finite
     * @param preconditioner near {@code A⁻¹}; its {@link InverseCurvature#preconditionAll} is used
     * @param rule looks at the iterates after every product; systems are numbered by their place in {@code b}
     * @return how each iteration ended
     * @throws IllegalArgumentException if a length is wrong or a right-hand side is not finite
     */
    public List<SolveResult> solveAll(
            LinearOperator a, List<ParameterVector> b, InverseCurvature preconditioner, StoppingRule rule) {
        Vectors.checkPreconditioner(a, preconditioner);
        return solveAll(a, b, preconditioner::preconditionAll, rule);
    }

    private List<SolveResult> solveAll(
            LinearOperator a,
            List<ParameterVector> b,
            BiConsumer<double[][], double[][]> precondition,
            StoppingRule rule) {
        List<ConjugateSystem> systems = new ArrayList<>();
        for (int number = 0; number < b.size(); number++) {
            systems.add(new ConjugateSystem(number, a.dimension(), b.get(number), options));
        }
        for (List<ConjugateSystem> some : Lists.partition(systems, TOGETHER)) {
            some.forEach(ConjugateSystem::open);
            List<ConjugateSystem> running = running(some);
            while (!running.isEmpty()) {
                precondition.accept(all(running, ConjugateSystem::r), all(running, ConjugateSystem::z));
                running.forEach(ConjugateSystem::turn);
                running = running(running);
                a.applyAll(all(running, ConjugateSystem::d), all(running, ConjugateSystem::ad));
                running.forEach(ConjugateSystem::step);
                running = running(running);
                settle(running, rule);
                running = running(running);
            }
        }
        return systems.stream().map(ConjugateSystem::result).toList();
    }

    private static void settle(List<ConjugateSystem> running, StoppingRule rule) {
        if (running.isEmpty()) {
            return;
        }
        int[] numbers = running.stream().mapToInt(ConjugateSystem::number).toArray();
        boolean[] settled = rule.settled(running.get(0).products(), numbers, all(running, ConjugateSystem::x));
        for (int k = 0; k < settled.length; k++) {
            running.get(k).settle(settled[k]);
        }
    }

    private static List<ConjugateSystem> running(List<ConjugateSystem> systems) {
        return systems.stream().filter(ConjugateSystem::isRunning).toList();
    }

    private static double[][] all(List<ConjugateSystem> systems, Function<ConjugateSystem, double[]> vector) {
        return systems.stream().map(vector).toArray(double[][]::new);
    }
}
