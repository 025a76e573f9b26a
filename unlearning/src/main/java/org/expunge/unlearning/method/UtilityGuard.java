package org.expunge.unlearning.method;

import static com.google.common.base.Preconditions.checkArgument;

import org.expunge.influence.training.Metrics;

/**
 * How much a model may lose by forgetting, on validation rows and on remaining rows alike.
 *
 * @param maxAccuracyDrop largest fall of accuracy, as a fraction of the rows, in [0, 1]; for classes
 * @param maxLossRise largest rise of the mean loss relative to what it was, 0 or more; for regression
 * @param maxRelativeStep largest {@code ‖Δθ‖ / ‖θ‖}, above 0; a Gauss-Newton model of the loss is local
 */
public record UtilityGuard(double maxAccuracyDrop, double maxLossRise, double maxRelativeStep) {
    /** One point of accuracy, a tenth of the loss, half the length of the parameters. */
    public static final UtilityGuard DEFAULT = new UtilityGuard(0.01, 0.1, 0.5);

    /** Checks the ranges. */
    public UtilityGuard {
        checkArgument(
                maxAccuracyDrop >= 0 && maxAccuracyDrop <= 1,
                "maxAccuracyDrop must be in [0, 1], got %s",
                maxAccuracyDrop);
        checkArgument(maxLossRise >= 0, "maxLossRise must be 0 or more, got %s", maxLossRise);
        checkArgument(maxRelativeStep > 0, "maxRelativeStep must be above 0, got %s", maxRelativeStep);
    }

    /** Returns whether a model that had the first figures may have the second. */
    boolean allows(Metrics before, Metrics after) {
        Double accuracyBefore = before.accuracy();
        Double accuracyAfter = after.accuracy();
        if (accuracyBefore == null || accuracyAfter == null) {
            return after.loss() <= before.loss() * (1 + maxLossRise);
        }
        // One part in 1e12 lets a drop that equals the limit pass whatever its rounding.
        return accuracyBefore - accuracyAfter <= maxAccuracyDrop + 1e-12;
    }
}
