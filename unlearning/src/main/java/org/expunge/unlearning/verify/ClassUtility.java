package org.expunge.unlearning.verify;

import java.util.List;

/**
 * Accuracy on the test rows of one class.
 *
 * @param name of the class
 * @param rows its test rows
 * @param isGone whether no row of it remains, so that no model can be asked to know it
 * @param before accuracy of the model before
 * @param after accuracy of the model after
 * @param retrained accuracies of retrained models, as many as were given
 */
public record ClassUtility(String name, int rows, boolean isGone, double before, double after, List<Double> retrained) {
    /** Copies the list. */
    public ClassUtility {
        retrained = List.copyOf(retrained);
    }
}
