package org.expunge.defense.detect;

import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;

/** Rows by label. */
final class ClassRows {
    private ClassRows() {}

    /** Returns the rows that carry a label, ascending. */
    static int[] of(Dataset train, int label) {
        return IntStream.range(0, train.size())
                .filter(i -> train.label(i) == label)
                .toArray();
    }

    /** Picks rows of a matrix; the rows themselves, not copies. */
    static double[][] select(double[][] matrix, int[] rows) {
        double[][] selected = new double[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            selected[i] = matrix[rows[i]];
        }
        return selected;
    }
}
