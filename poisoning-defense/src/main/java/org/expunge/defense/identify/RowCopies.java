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

    /** Returns whether training row {@code row} has exactly these features. */
    boolean isCopy(int row, double[] input, int inputHash) {
        return hashes[row] == inputHash && Arrays.equals(train.row(row), input);
    }
}
