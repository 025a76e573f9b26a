package org.expunge.unlearning.method;

import org.jspecify.annotations.Nullable;

/**
 * One model that was tried.
 *
 * @param strength what made it, in the method's own terms: damping and step, epochs, a threshold …
 * @param relativeStep {@code ‖Δθ‖ / ‖θ‖}; NaN where a parameter is not finite
 * @param figures what the model does; null where it was not measured
 * @param decision whether it may be chosen, and if not, why
 */
public record Candidate(
        Record strength, double relativeStep, @Nullable CandidateFigures figures, Decision decision) {

    /** Whether a candidate may be chosen. */
    public enum Decision {
        /** Inside every limit. */
        ACCEPTABLE,
        /** A no-op: losses on the rows to forget are, as measured, those of the model before. */
        UNCHANGED,
        /** The step exceeds {@link UtilityGuard#maxRelativeStep}. */
        STEP_TOO_LONG,
        /** A parameter or a loss is not finite. */
        NOT_FINITE,
        /** The guard on accuracy or validation loss does not allow it. */
        UTILITY_FELL,
        /** The remaining rows were hit too hard beside the rows to forget. */
        NOT_SELECTIVE,
        /** The rows to forget have clearly higher losses than rows never seen. */
        OVER_FORGOTTEN
    }

    /** Returns whether it may be chosen. */
    public boolean isAcceptable() {
        return decision == Decision.ACCEPTABLE;
    }
}
