package org.expunge.influence.compute;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * A row-major matrix inside a buffer, or its transpose. Holds no numbers itself.
 *
 * @param buffer where the numbers are
 * @param offset index of the first one
 * @param rows rows of this view, after transposition
 * @param columns columns of this view, after transposition
 * @param stride distance between consecutive <em>stored</em> rows
 * @param isTransposed whether the stored matrix is {@code columns × rows}
 */
public record Matrix(Buffer buffer, int offset, int rows, int columns, int stride, boolean isTransposed) {
    /** Checks that the view lies inside the buffer. */
    public Matrix {
        checkArgument(rows >= 0 && columns >= 0, "matrix shape %s × %s is negative", rows, columns);
        int storedRows = isTransposed ? columns : rows;
        int storedColumns = isTransposed ? rows : columns;
        checkArgument(stride >= storedColumns, "stride %s is less than a stored row of %s", stride, storedColumns);
        long end = storedRows == 0 ? offset : offset + (long) (storedRows - 1) * stride + storedColumns;
        checkArgument(
                offset >= 0 && end <= buffer.length(),
                "matrix ends at %s but its buffer holds %s numbers",
                end,
                buffer.length());
    }

    /** Views the start of {@code buffer} as a dense {@code rows × columns} matrix. */
    public static Matrix of(Buffer buffer, int rows, int columns) {
        return new Matrix(buffer, 0, rows, columns, columns, false);
    }

    /** Views {@code buffer} from {@code offset} on as a dense {@code rows × columns} matrix. */
    public static Matrix at(Buffer buffer, int offset, int rows, int columns) {
        return new Matrix(buffer, offset, rows, columns, columns, false);
    }

    /** Returns the transposed view of the same numbers. */
    public Matrix transposed() {
        return new Matrix(buffer, offset, columns, rows, stride, !isTransposed);
    }
}
