package org.expunge.unlearning.method;

import static com.google.common.base.Preconditions.checkArgument;

import org.expunge.influence.training.Metrics;

/**
 * How much a model may lose by forgetting. Accuracy is looked at on validation and on remaining rows, loss on
 * validation rows; what happens to the loss of remaining rows is compared with what happens to the rows to forget.
 *
 * @param maxAccuracyDrop largest fall of accuracy, as a fraction of the rows, in [0, 1]; for classes
 * @param maxLossRise largest rise of the mean validation loss relative to what it was, 0 or more
 * @param maxCollateral largest rise of the mean loss on remaining rows as a share of its rise on the rows to forget, 0
 *     or more: a step that is meant for a few rows must not hit all
 * @param maxRelativeStep largest {@code ‖Δθ‖ / ‖θ‖}, above 0; a model of the loss is local
 */
public record UtilityGuard(double maxAccuracyDrop, double maxLossRise, double maxCollateral, double maxRelativeStep) {
    /** One point of accuracy, a tenth of the loss, a tenth of the effect, half the length of the parameters. */
    public static final UtilityGuard DEFAULT = new UtilityGuard(0.01, 0.1, 0.1, 0.5);

    /** Lets a drop that equals its limit pass whatever its rounding. */
    private static final double ROUNDING = 1e-12;

    /** Checks the ranges. */
    public UtilityGuard {
        checkArgument(
                maxAccuracyDrop >= 0 && maxAccuracyDrop <= 1,
                "maxAccuracyDrop must be in [0, 1], got %s",
                maxAccuracyDrop);
        checkArgument(maxLossRise >= 0, "maxLossRise must be 0 or more, got %s", maxLossRise);
        checkArgument(maxCollateral >= 0, "maxCollateral must be 0 or more, got %s", maxCollateral);
        checkArgument(maxRelativeStep > 0, "maxRelativeStep must be above 0, got %s", maxRelativeStep);
    }

    /** Returns the same guard with another fall of accuracy. */
    public UtilityGuard withMaxAccuracyDrop(double value) {
        return new UtilityGuard(value, maxLossRise, maxCollateral, maxRelativeStep);
    }

    /** Returns whether a model that had the first figures keeps enough of its use with the second. */
    boolean keepsUtility(CandidateFigures before, CandidateFigures after) {
        return keepsValidation(before, after) && keepsAccuracy(before.retain(), after.retain());
    }

    /** Returns the same, going by validation rows alone. */
    boolean keepsValidation(CandidateFigures before, CandidateFigures after) {
        return after.validation().loss() <= before.validation().loss() * (1 + maxLossRise)
                && keepsAccuracy(before.validation(), after.validation());
    }

    /** Returns whether the remaining rows were hit little enough beside the rows to forget. */
    boolean isSelective(CandidateFigures before, CandidateFigures after) {
        double onForget = after.forget().loss() - before.forget().loss();
        double onRetain = after.retain().loss() - before.retain().loss();
        return onRetain <= 0 || onRetain <= maxCollateral * onForget;
    }

    private boolean keepsAccuracy(Metrics before, Metrics after) {
        Double accuracyBefore = before.accuracy();
        Double accuracyAfter = after.accuracy();
        return accuracyBefore == null
                || accuracyAfter == null
                || accuracyBefore - accuracyAfter <= maxAccuracyDrop + ROUNDING;
    }
}
