package org.expunge.influence.data;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkElementIndex;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Numbers to predict. */
final class RealTargets implements Targets {
    private final double[] values;
    private final int width;
    private final int rows;
    private final boolean binary;
    private final @Nullable TargetSelection selection;

    /** Keeps the array, which nobody else may change; {@code binary} says that it is one column of zeros and ones. */
    RealTargets(double[] values, int width, boolean binary) {
        this(values, width, binary, null);
    }

    /** Also says what they were selected from. */
    RealTargets(double[] values, int width, boolean binary, @Nullable TargetSelection selection) {
        this.values = values;
        this.width = width;
        this.rows = Rows.count(values.length, width);
        this.binary = binary;
        this.selection = selection;
    }

    /** Checks the values and finds out whether they are binary. */
    static RealTargets of(double[] values, int width) {
        int rows = Rows.count(values.length, width);
        for (int i = 0; i < values.length; i++) {
            boolean finite = Double.isFinite(values[i]);
            checkArgument(finite, "row %s has target %s, which is not finite", i / width, String.valueOf(values[i]));
        }
        boolean binary = width == 1 && rows > 0 && Arrays.stream(values).allMatch(y -> y == 0 || y == 1);
        return new RealTargets(values, width, binary);
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

    @Override
    public Targets origin() {
        return selection == null ? this : selection.origin();
    }

    @Override
    public int originRow(int row) {
        return selection == null ? Targets.super.originRow(row) : selection.originRow(row);
    }

    @Override
    public int label(int row) {
        checkElementIndex(row, rows, "row");
        if (!binary) {
            throw new IllegalStateException("row " + row + " has real targets, so it has no class");
        }
        return values[row] == 1 ? 1 : 0;
    }

    @Override
    public boolean isClasses() {
        return false;
    }

    @Override
    public int classes() {
        return binary ? 2 : 0;
    }
}
