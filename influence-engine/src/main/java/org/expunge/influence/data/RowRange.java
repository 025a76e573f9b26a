package org.expunge.influence.data;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows {@code [from, to)} of a data set.
 *
 * @param from the first row, at least 0
 * @param to one behind the last, at least {@code from}
 */
public record RowRange(int from, int to) implements Comparable<RowRange> {
    /** Checks the order. */
    public RowRange {
        checkArgument(0 <= from && from <= to, "rows %s to %s are no range", from, to);
    }

    /** Returns all rows of a data set. */
    public static RowRange of(Dataset data) {
        return new RowRange(0, data.size());
    }

    /** Returns how many rows there are. */
    public int size() {
        return to - from;
    }

    /** Returns the rows' numbers. */
    public int[] rows() {
        int[] rows = new int[size()];
        Arrays.setAll(rows, i -> from + i);
        return rows;
    }

    /**
     * Cuts the range into consecutive parts.
     *
     * @param most rows of a part, at least 1; the last may have fewer
     */
    public List<RowRange> parts(int most) {
        checkArgument(most >= 1, "a part has at least 1 row, got %s", most);
        List<RowRange> parts = new ArrayList<>();
        for (int start = from; start < to; start = parts.get(parts.size() - 1).to()) {
            parts.add(new RowRange(start, start + Math.min(most, to - start)));
        }
        return parts;
    }

    /** Returns whether some row is in both. */
    public boolean overlaps(RowRange other) {
        return Math.max(from, other.from) < Math.min(to, other.to);
    }

    /** Orders by the first row, then by the last. */
    @Override
    public int compareTo(RowRange other) {
        return from != other.from ? Integer.compare(from, other.from) : Integer.compare(to, other.to);
    }

    @Override
    public String toString() {
        return from + ":" + to;
    }
}
