package org.expunge.influence.curvature;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Sums over rows from which a factor follows, by name, and the number of rows: those of other rows may be added.
 * Immutable: arrays are copied on the way in and out.
 */
public final class RowSums {
    private final long rows;
    private final SortedMap<String, double[]> sums = new TreeMap<>();

    /**
     * Copies sums.
     *
     * @param rows how many rows were summed, at least 0
     * @param sums by name
     */
    public RowSums(long rows, SortedMap<String, double[]> sums) {
        checkArgument(rows >= 0, "rows must be at least 0, got %s", rows);
        this.rows = rows;
        sums.forEach((name, values) -> this.sums.put(name, values.clone()));
    }

    /** Returns how many rows were summed. */
    public long rows() {
        return rows;
    }

    /** Returns the names, sorted. */
    public Set<String> names() {
        return new TreeMap<>(sums).keySet();
    }

    /**
     * Returns the sums of a name; a copy.
     *
     * @throws IllegalArgumentException if there is no such name
     */
    public double[] get(String name) {
        double[] found = sums.get(name);
        checkArgument(found != null, "there are no sums of %s; there are those of %s", name, sums.keySet());
        return found.clone();
    }

    /**
     * Returns the mean over rows: the sums of a name divided by {@link #rows}.
     *
     * @throws IllegalArgumentException if there is no such name, or there are no rows
     */
    public double[] mean(String name) {
        checkArgument(rows > 0, "there are no rows to average over");
        double[] mean = get(name);
        Arrays.setAll(mean, i -> mean[i] / rows);
        return mean;
    }

    /**
     * Adds the sums of other rows.
     *
     * @param other sums of the same names and lengths
     * @throws IllegalArgumentException if they differ
     */
    public RowSums plus(RowSums other) {
        checkArgument(names().equals(other.names()), "sums of %s cannot be added to %s", other.names(), names());
        SortedMap<String, double[]> both = new TreeMap<>();
        for (String name : sums.keySet()) {
            double[] mine = get(name);
            double[] others = other.get(name);
            checkArgument(
                    mine.length == others.length,
                    "%s has %s sums in one part and %s in the other",
                    name,
                    mine.length,
                    others.length);
            Arrays.setAll(mine, i -> mine[i] + others[i]);
            both.put(name, mine);
        }
        return new RowSums(Math.addExact(rows, other.rows), both);
    }
}
