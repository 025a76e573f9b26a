package org.expunge.influence.data;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkElementIndex;

/** Features held in one array, row after row. */
final class StoredFeatures implements Features {

    /** Copies a run of values out of the array. */
    private interface Values {
        void copy(int start, int count, double[] into, int offset);
    }

    private final int rows;
    private final int width;
    private final Values values;

    private StoredFeatures(int length, int width, Values values) {
        this.rows = Rows.count(length, width);
        this.width = width;
        this.values = values;
    }

    /** Keeps the array, which nobody else may change. */
    static StoredFeatures ofDoubles(double[] values, int width) {
        return new StoredFeatures(
                values.length,
                width,
                (start, count, into, offset) -> System.arraycopy(values, start, into, offset, count));
    }

    /** Keeps the array, which nobody else may change; half the size of doubles. */
    static StoredFeatures ofFloats(float[] values, int width) {
        return new StoredFeatures(values.length, width, (start, count, into, offset) -> {
            for (int j = 0; j < count; j++) {
                into[offset + j] = values[start + j];
            }
        });
    }

    /** Keeps the array of unsigned bytes, which nobody else may change; each is multiplied by the scale. */
    static StoredFeatures ofBytes(byte[] values, int width, double scale) {
        checkArgument(Double.isFinite(scale), "scale must be finite, but it is %s", scale);
        return new StoredFeatures(values.length, width, (start, count, into, offset) -> {
            for (int j = 0; j < count; j++) {
                into[offset + j] = (values[start + j] & 0xff) * scale;
            }
        });
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
        values.copy(row * width, width, into, offset);
    }
}
