package org.expunge.influence.data;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkElementIndex;

/** Features held as unsigned bytes times a constant: images. */
final class ByteFeatures implements Features {
    private final byte[] values;
    private final int width;
    private final double scale;
    private final int rows;

    /** Keeps the array, which nobody else may change. */
    ByteFeatures(byte[] values, int width, double scale) {
        checkArgument(Double.isFinite(scale), "scale must be finite, but it is %s", scale);
        this.values = values;
        this.width = width;
        this.scale = scale;
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
            into[offset + j] = (values[start + j] & 0xff) * scale;
        }
    }
}
