package org.expunge.influence.compute;

import static org.expunge.influence.compute.KernelChecks.checkRows;

/** Reads rows, and writes their transpose. */
final class HostRowLoader implements RowLoader {
    private final Compute compute;
    private final int width;
    private final int capacity;
    private final double[] staging;

    HostRowLoader(Compute compute, int width, int capacity) {
        this.compute = compute;
        this.width = width;
        this.capacity = capacity;
        this.staging = new double[Math.multiplyExact(width, capacity)];
    }

    @Override
    public void load(RowSource source, int[] rows, int from, int to, Buffer into) {
        checkRows(source, rows, from, to, width, capacity);
        for (int i = from; i < to; i++) {
            source.read(rows[i], staging, (i - from) * width);
        }
        compute.writeTransposed(staging, to - from, width, into);
    }

    @Override
    public void announce(RowSource source, int[] rows, int from, int to) {
        checkRows(source, rows, from, to, width, capacity);
    }

    @Override
    public void close() {
        // nothing but an array is held
    }
}
