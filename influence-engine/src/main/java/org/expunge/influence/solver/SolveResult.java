package org.expunge.influence.solver;

import java.util.function.Function;
import org.expunge.influence.curvature.ParameterVector;

/** How an iterative solve of {@code A x = b} ended, together with the best answer it reached. */
public sealed interface SolveResult {
    /** Returns the last iterate, length {@code p}. */
    ParameterVector solution();

    /** Returns the number of products with {@code A} spent. */
    int products();

    /** Returns {@code ‖b − A x‖₂ / ‖b‖₂} as the recurrence carried it; 0 for {@code b = 0}. */
    double relativeResidual();

    /** Handles whichever outcome this is; an outcome without a handler does not compile. */
    <T> T match(
            Function<? super Converged, ? extends T> converged,
            Function<? super BudgetSpent, ? extends T> budgetSpent,
            Function<? super NotPositiveDefinite, ? extends T> notPositiveDefinite);

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
                Function<? super BudgetSpent, ? extends T> budgetSpent,
                Function<? super NotPositiveDefinite, ? extends T> notPositiveDefinite) {
            return converged.apply(this);
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
                Function<? super BudgetSpent, ? extends T> budgetSpent,
                Function<? super NotPositiveDefinite, ? extends T> notPositiveDefinite) {
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
                Function<? super BudgetSpent, ? extends T> budgetSpent,
                Function<? super NotPositiveDefinite, ? extends T> notPositiveDefinite) {
            return notPositiveDefinite.apply(this);
        }
    }
}
