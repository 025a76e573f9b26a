package org.expunge.influence.training;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * Ends a training when the mean validation loss no longer falls, and goes back to the best epoch.
 *
 * @param patience epochs without improvement after which to stop; 0 never stops and never goes back
 * @param minimumImprovement a validation loss counts as better when it is lower by more than this; 0 or more
 */
public record EarlyStopping(int patience, double minimumImprovement) {
    /** Trains for all epochs and keeps the last parameters. */
    public static final EarlyStopping NONE = new EarlyStopping(0, 0);

    /** Checks every range. */
    public EarlyStopping {
        checkArgument(patience >= 0, "patience must be 0 or more, got %s", patience);
        checkArgument(
                minimumImprovement >= 0 && Double.isFinite(minimumImprovement),
                "minimumImprovement must be 0 or more, got %s",
                minimumImprovement);
    }

    /** Returns whether anything is watched at all. */
    public boolean isOn() {
        return patience > 0;
    }
}
