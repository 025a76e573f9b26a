package org.expunge.cli.work;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.expunge.cli.render.Numbers;

/**
 * What it costs to repair a model instead of training it again, as shares of the test rows that are taken for their
 * class.
 *
 * @param method what repaired it
 * @param before of the model before
 * @param retrained of the model trained again without the rows
 * @param repaired of the repaired model
 */
record RepairCost(String method, double before, double retrained, double repaired) {
    /** A loss of accuracy up to this is not spoken of. */
    private static final double MOST_LOST = 0.01;

    /** Returns a sentence if the repaired model is worse than one of the others by more than a point. */
    Optional<String> warning() {
        List<String> losses = new ArrayList<>();
        if (retrained - repaired > MOST_LOST) {
            losses.add(loss(retrained, "the model trained again without the rows"));
        }
        if (before - repaired > MOST_LOST) {
            losses.add(loss(before, "the model before"));
        }
        return losses.isEmpty()
                ? Optional.empty()
                : Optional.of("The model repaired by " + method + " takes " + Numbers.percent(repaired)
                        + " of the test rows for their class: " + String.join(", and ", losses)
                        + ". Without --repair the model trained again is the last one.");
    }

    private String loss(double other, String model) {
        return String.format(
                Locale.ROOT, "%.1f points less than %s (%s)", 100 * (other - repaired), model, Numbers.percent(other));
    }
}
