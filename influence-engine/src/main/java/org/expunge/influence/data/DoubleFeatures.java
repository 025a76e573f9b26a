package org.expunge.influence.data;

import static com.google.common.base.Preconditions.checkElementIndex;

/** Features held as doubles. */
final class DoubleFeatures implements Features {
    private final double[] values;
    private final int width;
    private final int rows;

    /** Keeps the array, which nobody else may change. */
    DoubleFeatures(double[] values, int width) {
        this.values = values;
        this.width = width;
        this.rows = Rows.count(values.length, width);
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public void read(int row, double[] into, int offset) {
        checkElementIndex(row, rows, "row");
        System.arraycopy(values, row * width, into, offset, width);
    }
}
