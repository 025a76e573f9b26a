package org.expunge.unlearning;

import static com.google.common.base.Preconditions.checkArgument;

import org.expunge.influence.data.Dataset;

/**
 * A training set cut in two.
 *
 * @param forget F, the rows to forget; may be empty, and then every method gives the model back as it is
 * @param retain R, the rows that remain, in their old order; at least 1
 */
public record ForgetSet(Dataset forget, Dataset retain) {
    /** Refuses to forget everything. */
    public ForgetSet {
        checkArgument(
                retain.size() >= 1,
                "forgetting all %s training rows of %s leaves none to learn from; delete the model instead",
                forget.size(),
                forget.name());
    }

    /**
     * Cuts a training set.
     *
     * @param train the rows that the model was trained on
     * @param rows indices of those to forget, each in [0, size); may be empty
     * @return both parts
     * @throws IllegalArgumentException if no row would remain
     */
    public static ForgetSet of(Dataset train, int[] rows) {
        return new ForgetSet(train.select(rows), train.without(rows));
    }

    /** Returns whether there is nothing to forget. */
    public boolean isEmpty() {
        return forget.size() == 0;
    }
}
