package org.expunge.defense.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What clean rows show of a model.
 *
 * @param cleanRows rows that were used
 * @param accuracy share of them that the model gets right
 * @param label the class with the smallest trigger
 * @param anomalyIndex how far its norm lies below the median, in robust deviations; above 2 is Neural Cleanse's outlier
 * @param shrink ln of the median norm over its norm
 * @param scaleUpClean mean SCALE-UP score of the clean rows
 * @param scaleUpTriggered mean SCALE-UP score of rows of other classes with that trigger
 * @param scalingClean mean IBD-PSC score of the clean rows; null without batch normalisation
 * @param scalingTriggered the same with that trigger; null without batch normalisation
 * @param triggers one a class
 * @param indices anomaly index of each
 */
public record ModelEvidence(
        int cleanRows,
        double accuracy,
        int label,
        double anomalyIndex,
        double shrink,
        double scaleUpClean,
        double scaleUpTriggered,
        @Nullable Double scalingClean,
        @Nullable Double scalingTriggered,
        List<ReversedTrigger> triggers,
        List<Double> indices) {
    /** Names of what {@link BackdoorOdds} weighs. */
    public static final List<String> FEATURES = List.of("shrink", "scale-up gain");

    /** Copies the lists. */
    public ModelEvidence {
        triggers = List.copyOf(triggers);
        indices = List.copyOf(indices);
    }

    /** Returns what {@link BackdoorOdds} weighs, in the order of {@link #FEATURES}. */
    public double[] features() {
        return new double[] {shrink, scaleUpTriggered - scaleUpClean};
    }

    /** Returns the smallest trigger. */
    public ReversedTrigger trigger() {
        return triggers.get(label);
    }
}
