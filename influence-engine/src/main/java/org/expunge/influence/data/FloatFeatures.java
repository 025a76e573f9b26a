package org.expunge.influence.data;

import static com.google.common.base.Preconditions.checkElementIndex;

/** Features held as floats, half the size of doubles. */
final class FloatFeatures implements Features {
    private final float[] values;
    private final int width;
    private final int rows;

    /** Keeps the array, which nobody else may change. */
    FloatFeatures(float[] values, int width) {
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
        int start = row * width;
        for (int j = 0; j < width; j++) {
            into[offset + j] = values[start + j];
        }
    }
}
