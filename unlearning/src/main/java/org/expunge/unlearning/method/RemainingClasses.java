package org.expunge.unlearning.method;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.BitSet;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;
import org.expunge.unlearning.ForgetSet;

/** The classes of which rows remain; without classes, all rows count as one that remains. */
final class RemainingClasses {
    private final ForgetSet rows;
    private final BitSet classes;

    private RemainingClasses(ForgetSet rows, BitSet classes) {
        this.rows = rows;
        this.classes = classes;
    }

    static RemainingClasses of(ForgetSet rows) {
        BitSet classes = new BitSet();
        Dataset retain = rows.retain();
        for (int row = 0; retain.classes() > 0 && row < retain.size(); row++) {
            classes.set(retain.label(row));
        }
        return new RemainingClasses(rows, classes);
    }

    /** Returns whether every class of the rows to forget remains. */
    boolean isEveryForgotten() {
        Dataset forget = rows.forget();
        return IntStream.range(0, forget.size()).allMatch(row -> isIn(forget, row));
    }

    /**
     * Returns the row numbers of those whose classes remain.
     *
     * @throws IllegalArgumentException if there are none
     */
    int[] rowsOf(Dataset data) {
        int[] found =
                IntStream.range(0, data.size()).filter(row -> isIn(data, row)).toArray();
        checkArgument(
                found.length > 0,
                "%s has no rows of the classes that remain, but what is acceptable is decided on them; keep some, or"
                        + " retrain",
                data.name());
        return found;
    }

    private boolean isIn(Dataset data, int row) {
        return classes.isEmpty() || data.classes() == 0 || classes.get(data.label(row));
    }
}
