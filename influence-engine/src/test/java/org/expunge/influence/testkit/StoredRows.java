package org.expunge.influence.testkit;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.expunge.influence.compute.RowSource;

/** Rows that float32 holds exactly, or a view of such rows; counts how many are read. */
public final class StoredRows implements RowSource {
    private final double[] values;
    private final int width;
    private final Object origin;
    private final int[] selection;
    private final AtomicInteger reads;

    private StoredRows(double[] values, int width, Object origin, int[] selection, AtomicInteger reads) {
        this.values = values;
        this.width = width;
        this.origin = origin;
        this.selection = selection;
        this.reads = reads;
    }

    /** Draws rows. */
    public static StoredRows draw(Random random, int rows, int width) {
        double[] values = new double[rows * width];
        Arrays.setAll(values, i -> (float) random.nextGaussian());
        int[] all = new int[rows];
        Arrays.setAll(all, i -> i);
        return new StoredRows(values, width, new Object(), all, new AtomicInteger());
    }

    /** Returns a view of some of the rows. */
    public StoredRows select(int... rows) {
        int[] selected = Arrays.stream(rows).map(this::originRow).toArray();
        return new StoredRows(values, width, origin, selected, reads);
    }

    /** Returns how many rows were read so far, by way of any view. */
    public int reads() {
        return reads.get();
    }

    /** Returns what a loader writes. */
    public double[] columns(int[] rows, int from, int to) {
        double[] columns = new double[width * (to - from)];
        for (int i = from; i < to; i++) {
            for (int j = 0; j < width; j++) {
                columns[j * (to - from) + i - from] = values[originRow(rows[i]) * width + j];
            }
        }
        return columns;
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public void read(int row, double[] into, int offset) {
        System.arraycopy(values, originRow(row) * width, into, offset, width);
        reads.incrementAndGet();
    }

    @Override
    public Object origin() {
        return origin;
    }

    @Override
    public int originRows() {
        return values.length / width;
    }

    @Override
    public int originRow(int row) {
        return selection[row];
    }
}
