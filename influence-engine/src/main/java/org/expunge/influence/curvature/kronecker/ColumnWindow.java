package org.expunge.influence.curvature.kronecker;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Matrix;

/**
 * Columns of several tiles side by side, so that a product over them is a large one and its result is read once. With a
 * trailing row of ones if wanted.
 */
final class ColumnWindow implements AutoCloseable {
    /** With more columns products are no faster. */
    private static final int COLUMNS = 512;

    private final Compute compute;
    private final int rows;
    private final int capacity;
    private final Buffer columns;
    private int filled;

    /**
     * Opens an empty window.
     *
     * @param rows rows with the one of ones
     * @param hasOnes whether the last row is ones
     * @param tile most columns that are added at once
     */
    ColumnWindow(Compute compute, int rows, boolean hasOnes, int tile) {
        this.compute = compute;
        this.rows = rows;
        this.capacity = Math.max(1, COLUMNS / tile) * tile;
        this.columns = compute.allocate(Math.multiplyExact(rows, capacity));
        if (hasOnes) {
            compute.fill(columns, (rows - 1) * capacity, capacity, 1);
        }
    }

    /** Returns the numbers that a window of so many rows takes. */
    static long numbers(long rows, int tile) {
        return rows * Math.max(1, COLUMNS / tile) * tile;
    }

    int capacity() {
        return capacity;
    }

    /** Returns whether so many columns more have a place. */
    boolean takes(int count) {
        return filled + count <= capacity;
    }

    boolean isEmpty() {
        return filled == 0;
    }

    /** Adds columns, from the start of a dense buffer. */
    void add(Buffer tile, int tileRows, int count) {
        compute.copy(Matrix.of(tile, tileRows, count), new Matrix(columns, filled, tileRows, count, capacity, false));
        filled += count;
    }

    /** Returns the columns added. */
    Matrix matrix() {
        return new Matrix(columns, 0, rows, filled, capacity, false);
    }

    void clear() {
        filled = 0;
    }

    @Override
    public void close() {
        columns.close();
    }
}
