package org.expunge.unlearning.method;

import org.jspecify.annotations.Nullable;

/**
 * One damping and step that was tried.
 *
 * @param damping λ
 * @param step the fraction of the solution that was added
 * @param isConverged whether the solve met its tolerance; where it did not, stopping early regularises as well
 * @param products products that the solve had spent at this damping
 * @param relativeResidual its residual
 * @param relativeStep {@code ‖Δθ‖ / ‖θ‖}
 * @param figures what the model does; null where the step was too long to be tried
 * @param decision whether it may be chosen, and if not, why
 */
public record Candidate(
        double damping,
        double step,
        boolean isConverged,
        int products,
        double relativeResidual,
        double relativeStep,
        @Nullable CandidateFigures figures,
        Decision decision) {

    /** Whether a candidate may be chosen. */
    public enum Decision {
        /** Inside every limit. */
        ACCEPTABLE,
        /** The step exceeds {@link UtilityGuard#maxRelativeStep} or is not finite. */
        STEP_TOO_LONG,
        /** A loss is not finite. */
        NOT_FINITE,
        /** The guard on accuracy or validation loss does not allow it. */
        UTILITY_FELL,
        /** The remaining rows were hit too hard beside the rows to forget. */
        NOT_SELECTIVE,
        /** The rows to forget have clearly higher losses than rows never seen. */
        OVER_FORGOTTEN
    }
}
