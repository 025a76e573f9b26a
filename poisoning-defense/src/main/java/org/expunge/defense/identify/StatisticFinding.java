package org.expunge.defense.identify;

import java.util.List;

/**
 * What one statistic says of the inputs by itself.
 *
 * @param name the statistic
 * @param isControl whether it knows nothing of training rows
 * @param decides whether it takes part in the decision
 * @param flagged inputs that it alone would flag
 * @param heaviness a number an input, larger is more conspicuous
 * @param pValues each input's p-value, its variants taken together
 */
public record StatisticFinding(
        String name, boolean isControl, boolean decides, int flagged, List<Double> heaviness, List<Double> pValues) {
    /** Copies the lists. */
    public StatisticFinding {
        heaviness = List.copyOf(heaviness);
        pValues = List.copyOf(pValues);
    }
}
