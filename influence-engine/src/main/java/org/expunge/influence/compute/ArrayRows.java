package org.expunge.influence.compute;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkElementIndex;

/** Rows of an array, each after the other. */
final class ArrayRows implements RowSource {
    private final double[] values;
    private final int width;

    ArrayRows(double[] values, int width) {
        checkArgument(
                width >= 1 && values.length % width == 0, "%s numbers do not fill rows of %s", values.length, width);
        this.values = values;
        this.width = width;
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public void read(int row, double[] into, int offset) {
        System.arraycopy(values, originRow(row) * width, into, offset, width);
    }

    @Override
    public Object origin() {
        return values;
    }

    @Override
    public int originRows() {
        return values.length / width;
    }

    @Override
    public int originRow(int row) {
        return checkElementIndex(row, originRows(), "row");
    }
}
