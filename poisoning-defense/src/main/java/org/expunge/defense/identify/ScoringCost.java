package org.expunge.defense.identify;

import java.util.Locale;

/**
 * What the scoring behind tails takes. Known before it begins.
 *
 * @param groups classes whose rows and inputs are scored against each other, one after another
 * @param mostRows most training rows of a class
 * @param mostInputs most inputs, calibration rows among them, of a class
 * @param planBytes most memory that a class's scoring works in
 * @param tableBytes most memory that its finished scores take
 * @param pairs pairs of an input and a row that are scored, by each estimator
 * @param flops floating-point operations; 0 where they are not counted
 */
public record ScoringCost(
        int groups, int mostRows, int mostInputs, long planBytes, long tableBytes, long pairs, double flops) {
    /** Returns the plan in one line, to be shown before the scoring. */
    public String describe() {
        return String.format(
                Locale.ROOT,
                "%d classes one after another, at most %d rows x %d inputs; %.1f MiB for models and gradients, %.1f MiB"
                        + " for scores; %.1f million pairs, %.1f GFLOP",
                groups,
                mostRows,
                mostInputs,
                planBytes / (double) (1 << 20),
                tableBytes / (double) (1 << 20),
                pairs / 1e6,
                flops / 1e9);
    }
}
