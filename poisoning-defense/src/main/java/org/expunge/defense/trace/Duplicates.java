package org.expunge.defense.trace;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;

/** Which rows are exact copies of an earlier one. Copies would make a scale of what is usual as narrow as they like. */
final class Duplicates {
    private Duplicates() {}

    /** Returns the rows that equal no earlier row, ascending. */
    static int[] firsts(Dataset data) {
        Map<Row, Integer> seen = new HashMap<>();
        return IntStream.range(0, data.size())
                .filter(i -> seen.putIfAbsent(new Row(data.row(i)), i) == null)
                .toArray();
    }

    private static final class Row {
        private final double[] values;
        private final int hash;

        Row(double[] values) {
            this.values = values;
            this.hash = Arrays.hashCode(values);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Row row && Arrays.equals(values, row.values);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }
}
