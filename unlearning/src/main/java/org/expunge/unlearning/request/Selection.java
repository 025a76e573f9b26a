package org.expunge.unlearning.request;

import java.util.List;

/**
 * The rows that a request means.
 *
 * @param train ids of training rows, in the order of the run
 * @param held ids of validation and test rows: the model did not learn from them, but they are in the run's lists
 * @param alreadyRemoved how many more it means that the run lost before
 */
public record Selection(List<String> train, List<String> held, int alreadyRemoved) {
    /** Copies the lists. */
    public Selection {
        train = List.copyOf(train);
        held = List.copyOf(held);
    }

    /** Returns how many rows are still there. */
    public int rows() {
        return train.size() + held.size();
    }
}
