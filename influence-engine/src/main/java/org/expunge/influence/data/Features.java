package org.expunge.influence.data;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkElementIndex;

import java.util.Map;

/**
 * A matrix of features that is read a row at a time: {@code rows × width}.
 *
 * <p>Implementations are immutable and serve many threads. Views cost nothing to make and pay on each read.
 */
public interface Features {
    /**
     * Returns the number of rows.
     *
     * @return {@code n}, 0 or more
     */
    int rows();

    /**
     * Returns the length of a row.
     *
     * @return {@code d}, at least 1
     */
    int width();

    /**
     * Copies one row.
     *
     * @param row which row, in [0, rows)
     * @param into receives {@code width} values from {@code offset} on; the rest is left as it was
     * @param offset where in {@code into} to start
     * @throws IndexOutOfBoundsException if there is no such row or {@code into} is too short
     */
    void read(int row, double[] into, int offset);

    /** Returns the rows that these are a selection of, or these. */
    default Features origin() {
        return this;
    }

    /**
     * Returns which row of {@link #origin} a row is.
     *
     * @throws IndexOutOfBoundsException if there is no such row
     */
    default int originRow(int row) {
        return checkElementIndex(row, rows(), "row");
    }

    /**
     * Holds doubles.
     *
     * @param values {@code rows · width} values, row after row; copied
     * @param width the length of a row
     * @return the matrix
     */
    static Features of(double[] values, int width) {
        return StoredFeatures.ofDoubles(values.clone(), width);
    }

    /**
     * Holds floats, four bytes a value.
     *
     * @param values {@code rows · width} values, row after row; copied
     * @param width the length of a row
     * @return the matrix
     */
    static Features ofFloats(float[] values, int width) {
        return StoredFeatures.ofFloats(values.clone(), width);
    }

    /**
     * Holds bytes, one a value; for images.
     *
     * @param unsigned {@code rows · width} values in 0 to 255, row after row; copied
     * @param width the length of a row
     * @param scale what to multiply each value by
     * @return the matrix
     */
    static Features ofBytes(byte[] unsigned, int width, double scale) {
        return StoredFeatures.ofBytes(unsigned.clone(), width, scale);
    }

    /**
     * Picks rows, in any order and as often as wished.
     *
     * @param features where the rows come from
     * @param rows the rows of {@code features} to show, each in [0, rows); copied
     * @return a view with {@code rows.length} rows
     */
    static Features select(Features features, int[] rows) {
        return SelectedFeatures.of(features, rows);
    }

    /**
     * Shifts and scales each column: {@code (x − shift) · scale}.
     *
     * @param features what to transform
     * @param shift one finite number a column; copied
     * @param scale one finite number a column; copied
     * @return a view of the same size
     */
    static Features affine(Features features, double[] shift, double[] scale) {
        return new AffineFeatures(features, shift.clone(), scale.clone());
    }

    /**
     * Puts other values in the place of some rows.
     *
     * @param base the rows that stay
     * @param replaced by row of {@code base}, its new values, each {@code width} finite numbers; copied
     * @return a view of the same size
     */
    static Features overlay(Features base, Map<Integer, double[]> replaced) {
        return OverlaidFeatures.of(base, replaced);
    }

    /**
     * Appends rows.
     *
     * @param first the rows that come first
     * @param second the rows that follow, of the same width
     * @return a view with all rows
     */
    static Features concat(Features first, Features second) {
        checkArgument(
                first.width() == second.width(),
                "rows of width %s cannot follow rows of width %s",
                second.width(),
                first.width());
        return new ConcatenatedFeatures(first, second);
    }
}
