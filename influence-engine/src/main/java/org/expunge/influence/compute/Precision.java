package org.expunge.influence.compute;

/** The number format of a compute's buffers. */
public enum Precision {
    /** IEEE 754 binary32. */
    FLOAT32(4, 0x1p-24),
    /** IEEE 754 binary64. */
    FLOAT64(8, 0x1p-53);

    private final int bytes;
    private final double unitRoundoff;

    Precision(int bytes, double unitRoundoff) {
        this.bytes = bytes;
        this.unitRoundoff = unitRoundoff;
    }

    /** Returns the size of one number in bytes. */
    public int bytes() {
        return bytes;
    }

    /** Returns the largest relative error of one rounding. */
    public double unitRoundoff() {
        return unitRoundoff;
    }
}
