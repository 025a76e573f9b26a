package org.expunge.unlearning;

import org.expunge.influence.network.Model;

/**
 * What a method made of a request.
 *
 * @param model the new model; the old one unless the outcome is {@link Outcome#REMOVED}
 * @param outcome how it ended
 * @param method name of the method
 * @param guarantee what the method promises where the outcome is {@link Outcome#REMOVED}
 * @param details a record of the method's own: settings, every candidate tried, residuals, limits
 * @param cost what it cost
 */
public record UnlearningResult(
        Model model, Outcome outcome, String method, Guarantee guarantee, Record details, Cost cost) {

    /** How a removal ended. */
    public enum Outcome {
        /** The model is a new one. */
        REMOVED,
        /** The set of rows was empty: the model is the old one, bit for bit. */
        NOTHING_TO_REMOVE,
        /** No candidate was acceptable: the model is the old one and still knows the rows; retrain instead. */
        NO_ACCEPTABLE_CANDIDATE
    }

    private record NothingDone() {}

    /** The answer to an empty set of rows. */
    public static UnlearningResult nothingToRemove(Model model, UnlearningMethod method) {
        return new UnlearningResult(
                model, Outcome.NOTHING_TO_REMOVE, method.name(), method.guarantee(), new NothingDone(), Cost.NONE);
    }
}
