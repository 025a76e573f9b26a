package org.expunge.influence.data;

import static com.google.common.base.Preconditions.checkArgument;

/** Features shifted and scaled column by column while they are read. */
final class AffineFeatures implements Features {
    private final Features source;
    private final double[] shift;
    private final double[] scale;

    /** Keeps the arrays, which nobody else may change. */
    AffineFeatures(Features source, double[] shift, double[] scale) {
        int width = source.width();
        checkArgument(shift.length == width, "shift has %s entries but a row has %s", shift.length, width);
        checkArgument(scale.length == width, "scale has %s entries but a row has %s", scale.length, width);
        for (int j = 0; j < width; j++) {
            checkArgument(
                    Double.isFinite(shift[j]) && Double.isFinite(scale[j]),
                    "shift and scale must be finite, but column %s has %s and %s",
                    j,
                    shift[j],
                    scale[j]);
        }
        this.source = source;
        this.shift = shift;
        this.scale = scale;
    }

    @Override
    public int rows() {
        return source.rows();
    }

    @Override
    public int width() {
        return shift.length;
    }

    @Override
    public void read(int row, double[] into, int offset) {
        source.read(row, into, offset);
        for (int j = 0; j < shift.length; j++) {
            into[offset + j] = (into[offset + j] - shift[j]) * scale[j];
        }
    }
}
