package org.expunge.defense.attack;

import java.util.random.RandomGenerator;
import org.expunge.influence.data.Shape;

/**
 * What an attacker does to one raw row of any kind: pixels, table cells, token ids or sound. Implementations are
 * immutable.
 */
public interface Trigger {
    /** What the changed row is for; some triggers are weaker while they train than when they strike. */
    enum Use {
        /** A training row that does the harm. */
        POISON,
        /** A training row that keeps its label and hides the others. */
        COVER,
        /** An input that the attacker sends once the model is trained. */
        INPUT
    }

    /**
     * Changes a row.
     *
     * @param use what the row is for
     * @param shape its shape
     * @param row its raw values, changed in place
     * @param random decides what is drawn for this row
     * @throws IllegalArgumentException if the trigger does not fit the shape
     */
    void apply(Use use, Shape shape, double[] row, RandomGenerator random);

    /**
     * Returns the trigger and its settings, for reports.
     *
     * @return a few words
     */
    String description();
}
