package org.expunge.influence.data;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkElementIndex;

import java.util.BitSet;
import java.util.stream.IntStream;

/** Checks and sums over row numbers that the views share. */
final class Rows {
    private Rows() {}

    /** Returns how many rows of {@code width} fill {@code length} values exactly. */
    static int count(int length, int width) {
        checkArgument(width >= 1, "a row must have at least 1 value, but its width is %s", width);
        checkArgument(length % width == 0, "%s values do not fill rows of %s", length, width);
        return length / width;
    }

    /** Returns {@code outer[inner[i]]} for each {@code i}, and checks every {@code inner[i]}. */
    static int[] compose(int[] outer, int[] inner) {
        checkWithin(inner, outer.length);
        return IntStream.of(inner).map(row -> outer[row]).toArray();
    }

    /** Refuses a row outside {@code [0, count)}. */
    static void checkWithin(int[] rows, int count) {
        for (int row : rows) {
            checkElementIndex(row, count, "row");
        }
    }

    /** Refuses a row that is listed twice, or lies outside {@code [0, count)}. */
    static void checkDistinct(int[] rows, int count) {
        BitSet seen = new BitSet(count);
        for (int row : rows) {
            checkElementIndex(row, count, "row");
            checkArgument(!seen.get(row), "row %s is selected twice, but a row's id must stay unique", row);
            seen.set(row);
        }
    }

    /** Returns the rows of {@code [0, count)} that are not listed, in order. */
    static int[] others(int[] rows, int count) {
        checkWithin(rows, count);
        BitSet listed = new BitSet(count);
        for (int row : rows) {
            listed.set(row);
        }
        return IntStream.range(0, count).filter(row -> !listed.get(row)).toArray();
    }

    /** Returns the sum of two row counts. */
    static int sum(int first, int second) {
        long total = (long) first + second;
        checkArgument(total <= Integer.MAX_VALUE, "%s rows are more than a data set can hold", total);
        return (int) total;
    }
}
