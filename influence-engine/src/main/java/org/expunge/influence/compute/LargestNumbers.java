package org.expunge.influence.compute;

/**
 * The largest of some numbers and where they were, for backends that rank on the host: in the order of
 * {@link LookupKernels#top}.
 */
public final class LargestNumbers {
    private final double[] values;
    private final int[] indices;
    private int found;

    /** Keeps up to {@code count} numbers, at least 1. */
    public LargestNumbers(int count) {
        this.values = new double[count];
        this.indices = new int[count];
    }

    /** Forgets all numbers. */
    public void clear() {
        found = 0;
    }

    /**
     * Takes the next number.
     *
     * @param value the number
     * @param index where it is; larger than all before
     */
    public void offer(double value, int index) {
        int last = values.length - 1;
        if (found > last) {
            if (Double.compare(value, values[last]) <= 0) {
                return;
            }
        } else {
            last = found++;
        }
        while (last > 0 && Double.compare(values[last - 1], value) < 0) {
            values[last] = values[last - 1];
            indices[last] = indices[last - 1];
            last--;
        }
        values[last] = value;
        indices[last] = index;
    }

    /** Returns what a number must reach to be kept: a smaller one need not be offered. */
    public double least() {
        return found < values.length ? Double.NEGATIVE_INFINITY : values[values.length - 1];
    }

    /** Returns number {@code k} of those kept, from 0, the largest. */
    public double value(int k) {
        return values[k];
    }

    /** Returns where it is. */
    public int index(int k) {
        return indices[k];
    }
}
