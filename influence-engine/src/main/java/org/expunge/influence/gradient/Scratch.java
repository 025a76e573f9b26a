package org.expunge.influence.gradient;

import java.util.HashMap;
import java.util.Map;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;

/** One worker's buffers for contractions, kept from layer to layer and grown when one needs more. */
public final class Scratch implements AutoCloseable {
    static final int INPUT_PRODUCTS = 0;
    static final int DELTA_PRODUCTS = 1;
    static final int ROWS = 2;
    static final int PRODUCTS = 3;
    static final int STACK = 4;

    private final Compute compute;
    private final Map<Integer, Buffer> buffers = new HashMap<>();
    private double[] host = new double[0];

    /** Starts empty. */
    public Scratch(Compute compute) {
        this.compute = compute;
    }

    /** Returns a buffer of at least {@code length} numbers, with whatever it held before. */
    Buffer buffer(int key, int length) {
        Buffer existing = buffers.get(key);
        if (existing != null && existing.length() >= length) {
            return existing;
        }
        if (existing != null) {
            existing.close();
        }
        Buffer larger = compute.allocate(length);
        buffers.put(key, larger);
        return larger;
    }

    /** Adds the first {@code length} numbers of a buffer to {@code sums}, in double. */
    void addTo(Buffer from, int length, double[] sums) {
        if (host.length < length) {
            host = new double[length];
        }
        compute.read(from, 0, host, 0, length);
        for (int i = 0; i < length; i++) {
            sums[i] += host[i];
        }
    }

    /** Adds row q of a dense matrix, times {@code scales[first + q]}, to row {@code first + q} of {@code sums}. */
    void addScaledRows(Buffer from, double[] scales, int first, int rows, int columns, double[] sums) {
        if (host.length < columns) {
            host = new double[columns];
        }
        for (int q = 0; q < rows; q++) {
            compute.read(from, q * columns, host, 0, columns);
            for (int b = 0; b < columns; b++) {
                sums[(first + q) * columns + b] += scales[first + q] * host[b];
            }
        }
    }

    @Override
    public void close() {
        buffers.values().forEach(Buffer::close);
        buffers.clear();
    }
}
