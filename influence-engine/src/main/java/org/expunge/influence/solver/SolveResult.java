package org.expunge.influence.solver;

import java.util.function.Function;
import org.expunge.influence.curvature.ParameterVector;

/** How an iterative solve of {@code A x = b} ended, together with the best answer it reached. */
public sealed interface SolveResult {
    /** Returns the last iterate, length {@code p}. */
    ParameterVector solution();

    /** Returns the number of products with {@code A} spent. */
    int products();

    /**
     * Returns {@code ‖b − A x‖₂ / ‖b‖₂} as the recurrence carried it; 0 for {@code b = 0}. For least squares it is that
     * of the normal equations.
     */
    double relativeResidual();

    /** Handles whichever outcome this is; an outcome without a handler does not compile. */
    <T> T match(
            Function<? super Converged, ? extends T> converged,
            Function<? super Settled, ? extends T> settled,
            Function<? super BudgetSpent, ? extends T> budgetSpent,
            Function<? super NotPositiveDefinite, ? extends T> notPositiveDefinite,
            Function<? super PreconditionerNotPositiveDefinite, ? extends T> preconditionerNotPositiveDefinite,
            Function<? super Inconsistent, ? extends T> inconsistent,
            Function<? super Diverged, ? extends T> diverged);

    /** Returns whether the residual met the tolerance. */
    default boolean isConverged() {
        return this instanceof Converged;
    }

    /** Returns how the solve ended in a few words, for reports. */
    default String outcome() {
        return match(
                converged -> "converged",
                settled -> "stopped as asked",
                spent -> "products ran out",
                indefinite -> "not positive definite",
                preconditioner -> "preconditioner not positive definite",
                inconsistent -> "no solution",
                diverged -> "diverged");
    }

    /**
     * The residual met the tolerance.
     *
     * @param solution the answer
     * @param products operator products spent
     * @param relativeResidual at most the tolerance asked for
     */
    record Converged(ParameterVector solution, int products, double relativeResidual) implements SolveResult {
        @Override
        public <T> T match(
                Function<? super Converged, ? extends T> converged,
                Function<? super Settled, ? extends T> settled,
                Function<? super BudgetSpent, ? extends T> budgetSpent,
                Function<? super NotPositiveDefinite, ? extends T> notPositiveDefinite,
                Function<? super PreconditionerNotPositiveDefinite, ? extends T> preconditionerNotPositiveDefinite,
                Function<? super Inconsistent, ? extends T> inconsistent,
                Function<? super Diverged, ? extends T> diverged) {
            return converged.apply(this);
        }
    }

    /**
     * A {@link StoppingRule} was satisfied before the residual met the tolerance.
     *
     * @param solution the iterate that satisfied it
     * @param products operator products spent
     * @param relativeResidual above the tolerance asked for
     */
    record Settled(ParameterVector solution, int products, double relativeResidual) implements SolveResult {
        @Override
        public <T> T match(
                Function<? super Converged, ? extends T> converged,
                Function<? super Settled, ? extends T> settled,
                Function<? super BudgetSpent, ? extends T> budgetSpent,
                Function<? super NotPositiveDefinite, ? extends T> notPositiveDefinite,
                Function<? super PreconditionerNotPositiveDefinite, ? extends T> preconditionerNotPositiveDefinite,
                Function<? super Inconsistent, ? extends T> inconsistent,
                Function<? super Diverged, ? extends T> diverged) {
            return settled.apply(this);
        }
    }

    /**
     * The products ran out first; the truncation itself regularises.
     *
     * @param solution the last iterate
     * @param products operator products spent
     * @param relativeResidual above the tolerance asked for
     */
    record BudgetSpent(ParameterVector solution, int products, double relativeResidual) implements SolveResult {
        @Override
        public <T> T match(
                Function<? super Converged, ? extends T> converged,
                Function<? super Settled, ? extends T> settled,
                Function<? super BudgetSpent, ? extends T> budgetSpent,
                Function<? super NotPositiveDefinite, ? extends T> notPositiveDefinite,
                Function<? super PreconditionerNotPositiveDefinite, ? extends T> preconditionerNotPositiveDefinite,
                Function<? super Inconsistent, ? extends T> inconsistent,
                Function<? super Diverged, ? extends T> diverged) {
            return budgetSpent.apply(this);
        }
    }

    /**
     * A direction {@code d} with {@code dᵀ A d ≤ 0} was met, so {@code A} is not positive definite.
     *
     * @param solution the iterate before that direction
     * @param products operator products spent
     * @param relativeResidual of that iterate
     * @param curvature the offending {@code dᵀ A d / dᵀ d}; NaN if the product was not finite
     */
    record NotPositiveDefinite(ParameterVector solution, int products, double relativeResidual, double curvature)
            implements SolveResult {
        @Override
        public <T> T match(
                Function<? super Converged, ? extends T> converged,
                Function<? super Settled, ? extends T> settled,
                Function<? super BudgetSpent, ? extends T> budgetSpent,
                Function<? super NotPositiveDefinite, ? extends T> notPositiveDefinite,
                Function<? super PreconditionerNotPositiveDefinite, ? extends T> preconditionerNotPositiveDefinite,
                Function<? super Inconsistent, ? extends T> inconsistent,
                Function<? super Diverged, ? extends T> diverged) {
            return notPositiveDefinite.apply(this);
        }
    }

    /**
     * A residual {@code r} with {@code rᵀ M r ≤ 0} was met, so the preconditioner {@code M} is not positive definite:
     * it never was, or residuals became so small that its rounding shows. Solving on from the solution without it, or
     * with one in double, goes further.
     *
     * @param solution the iterate with that residual
     * @param products operator products spent
     * @param relativeResidual of that iterate
     * @param quotient the offending {@code rᵀ M r / rᵀ r}; NaN if the product was not finite
     */
    record PreconditionerNotPositiveDefinite(
            ParameterVector solution, int products, double relativeResidual, double quotient) implements SolveResult {
        @Override
        public <T> T match(
                Function<? super Converged, ? extends T> converged,
                Function<? super Settled, ? extends T> settled,
                Function<? super BudgetSpent, ? extends T> budgetSpent,
                Function<? super NotPositiveDefinite, ? extends T> notPositiveDefinite,
                Function<? super PreconditionerNotPositiveDefinite, ? extends T> preconditionerNotPositiveDefinite,
                Function<? super Inconsistent, ? extends T> inconsistent,
                Function<? super Diverged, ? extends T> diverged) {
            return preconditionerNotPositiveDefinite.apply(this);
        }
    }

    /**
     * {@code A} is singular and {@code b} lies partly outside its range, so no {@code x} solves the system.
     *
     * @param solution an {@code x} that makes the residual as short as it can be
     * @param products operator products spent
     * @param relativeResidual what remains
     */
    record Inconsistent(ParameterVector solution, int products, double relativeResidual) implements SolveResult {
        @Override
        public <T> T match(
                Function<? super Converged, ? extends T> converged,
                Function<? super Settled, ? extends T> settled,
                Function<? super BudgetSpent, ? extends T> budgetSpent,
                Function<? super NotPositiveDefinite, ? extends T> notPositiveDefinite,
                Function<? super PreconditionerNotPositiveDefinite, ? extends T> preconditionerNotPositiveDefinite,
                Function<? super Inconsistent, ? extends T> inconsistent,
                Function<? super Diverged, ? extends T> diverged) {
            return inconsistent.apply(this);
        }
    }

    /**
     * The iteration does not converge: its residuals grow, or must, because the scale is below half the largest
     * eigenvalue or because {@code A} has a negative one.
     *
     * @param solution the iterate of the smallest residual
     * @param products operator products spent
     * @param relativeResidual of that iterate
     * @param growth the factor by which the last product lengthened the residual, or that it must grow by in the end;
     *     NaN if the product was not finite
     */
    record Diverged(ParameterVector solution, int products, double relativeResidual, double growth)
            implements SolveResult {
        @Override
        public <T> T match(
                Function<? super Converged, ? extends T> converged,
                Function<? super Settled, ? extends T> settled,
                Function<? super BudgetSpent, ? extends T> budgetSpent,
                Function<? super NotPositiveDefinite, ? extends T> notPositiveDefinite,
                Function<? super PreconditionerNotPositiveDefinite, ? extends T> preconditionerNotPositiveDefinite,
                Function<? super Inconsistent, ? extends T> inconsistent,
                Function<? super Diverged, ? extends T> diverged) {
            return diverged.apply(this);
        }
    }
}
