package org.expunge.unlearning;

import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;

/**
 * A way to make a trained model forget rows. Implementations hold options only: one instance serves many requests.
 *
 * <p>Every implementation is deterministic, leaves the model it is given as it was, gives back that very model for an
 * empty {@link ForgetSet}, and never looks at test rows or at a retrained reference.
 */
public interface UnlearningMethod {
    /** Returns the name in commands and reports, such as {@code retrain}. */
    String name();

    /** Returns what the method promises. */
    Guarantee guarantee();

    /**
     * Makes a model forget.
     *
     * @param model the model, trained on {@code rows.forget()} and {@code rows.retain()}
     * @param rows what to forget and what remains
     * @param validation rows that the model was not trained on, to decide by; never test rows
     * @return the new model, or the old one and why
     */
    UnlearningResult forget(Model model, ForgetSet rows, Dataset validation);
}
