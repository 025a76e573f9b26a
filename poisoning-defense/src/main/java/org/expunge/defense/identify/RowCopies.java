package org.expunge.defense.identify;

import java.util.Arrays;
import org.expunge.influence.data.Dataset;

/** Finds training rows that are identical to an input, by hash and then by value. */
final class RowCopies {
    private final Dataset train;
    private final int[] hashes;

    /** Hashes all rows once: O(n·d). */
    RowCopies(Dataset train) {
        this.train = train;
        this.hashes = new int[train.size()];
        for (int i = 0; i < hashes.length; i++) {
            hashes[i] = Arrays.hashCode(train.row(i));
        }
    }

    /** Returns which rows have exactly these features. */
    boolean[] of(double[] input) {
        int hash = Arrays.hashCode(input);
        boolean[] isCopy = new boolean[hashes.length];
        for (int i = 0; i < hashes.length; i++) {
            isCopy[i] = hashes[i] == hash && Arrays.equals(train.row(i), input);
        }
        return isCopy;
    }
}
