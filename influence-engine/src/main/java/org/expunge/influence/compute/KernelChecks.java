package org.expunge.influence.compute;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;

/** What every backend asks of the arguments of a kernel, so that all of them refuse the same calls. */
public final class KernelChecks {
    /** The columns whose numbers float32 holds. */
    private static final int MOST_COLUMNS = 1 << 24;

    private KernelChecks() {}

    /**
     * Checks that a buffer holds what a kernel will touch.
     *
     * @param name what the buffer is, for the message
     * @param buffer the buffer
     * @param needed how many numbers the kernel reads or writes, at least 0
     * @throws IllegalArgumentException if the buffer is shorter, or {@code needed} is negative
     */
    public static void checkHolds(String name, Buffer buffer, long needed) {
        checkArgument(
                needed >= 0 && needed <= buffer.length(),
                "%s holds %s numbers but the kernel works on %s",
                name,
                buffer.length(),
                needed);
    }

    /**
     * Checks that a range lies inside a buffer.
     *
     * @param name what the buffer is, for the message
     * @param buffer the buffer
     * @param offset first index
     * @param length how many numbers
     * @throws IllegalArgumentException if any of the range is outside
     */
    public static void checkRange(String name, Buffer buffer, int offset, int length) {
        checkArgument(
                offset >= 0 && length >= 0 && (long) offset + length <= buffer.length(),
                "range of %s numbers from %s does not lie inside %s of %s numbers",
                length,
                offset,
                name,
                buffer.length());
    }

    /**
     * Checks that rows fit a {@link RowLoader}.
     *
     * @param width of the loader
     * @param capacity most rows it takes
     * @throws IllegalArgumentException if they do not, or the range is not one of {@code rows}
     */
    public static void checkRows(RowSource source, int[] rows, int from, int to, int width, int capacity) {
        checkArgument(source.width() == width, "rows of %s numbers do not fit a loader of %s", source.width(), width);
        checkArgument(
                from >= 0 && from <= to && to <= rows.length, "rows %s to %s are not among %s", from, to, rows.length);
        checkArgument(to - from <= capacity, "%s examples exceed the capacity of %s", to - from, capacity);
    }

    /**
     * Checks that a range lies inside sums.
     *
     * @param name what the sums are, for the message
     * @param sums the sums
     * @param offset first index
     * @param length how many numbers
     * @throws IllegalArgumentException if any of the range is outside
     */
    public static void checkRange(String name, Sums sums, int offset, long length) {
        checkArgument(
                offset >= 0 && length >= 0 && offset + length <= sums.length(),
                "range of %s numbers from %s does not lie inside %s of %s numbers",
                length,
                offset,
                name,
                sums.length());
    }

    /**
     * Checks that a matrix of sums lies inside them.
     *
     * @param stride distance between rows, at least the columns
     * @throws IllegalArgumentException if any of it is outside, or rows overlap
     */
    public static void checkMatrix(int rows, int columns, Sums sums, int offset, int stride) {
        checkArgument(
                rows >= 0 && columns >= 0 && stride >= columns,
                "a matrix of %s × %s sums cannot have rows at a distance of %s",
                rows,
                columns,
                stride);
        checkRange("the sums", sums, offset, rows == 0 ? 0 : (rows - 1L) * stride + columns);
    }

    /**
     * Checks that sums can be added to each other.
     *
     * @throws IllegalArgumentException naming both lengths if they differ
     */
    public static void checkSameLength(Sums sums, Sums others) {
        checkArgument(
                sums.length() == others.length(), "%s sums cannot be added to %s sums", others.length(), sums.length());
    }

    /**
     * Checks that {@code C ← A B} fits together and that C may be written.
     *
     * @throws IllegalArgumentException if the shapes disagree, C is transposed, or the range of C meets that of A or B
     */
    public static void checkProduct(Matrix a, Matrix b, Matrix c) {
        checkArgument(
                a.columns() == b.rows() && a.rows() == c.rows() && b.columns() == c.columns(),
                "shapes do not fit: (%s × %s) · (%s × %s) into %s × %s",
                a.rows(),
                a.columns(),
                b.rows(),
                b.columns(),
                c.rows(),
                c.columns());
        checkArgument(!c.isTransposed(), "the result of a product must not be a transposed view");
        checkArgument(!isOverlap(a, c) && !isOverlap(b, c), "the result of a product shares memory with an operand");
    }

    /**
     * Checks that {@code count} matrices, each {@code stride} after the one before, lie inside their buffer.
     *
     * @param name what the matrices are, for the message
     * @param first the first one
     * @param stride distance between neighbours, at least 0
     * @param count how many
     * @throws IllegalArgumentException if the last one ends outside
     */
    public static void checkBatch(String name, Matrix first, int stride, int count) {
        checkArgument(
                count >= 0 && stride >= 0, "count %s and stride %s of %s must not be negative", count, stride, name);
        long end = storedEnd(first) + Math.max(0, count - 1L) * stride;
        checkArgument(
                end <= first.buffer().length(),
                "%s %s with stride %s end at %s but their buffer holds %s numbers",
                count,
                name,
                stride,
                end,
                first.buffer().length());
    }

    /**
     * Checks that each product fits together, and that products may be computed in any order.
     *
     * @throws IllegalArgumentException if one does not fit, or the range of a result meets that of another matrix; the
     *     message numbers the products from 0
     */
    public static void checkGroup(List<LinearKernels.Product> products) {
        for (int i = 0; i < products.size(); i++) {
            LinearKernels.Product one = products.get(i);
            checkProduct(one.a(), one.b(), one.c());
            for (int j = 0; j < products.size(); j++) {
                LinearKernels.Product other = products.get(j);
                checkArgument(
                        i == j
                                || !(isOverlap(other.a(), one.c())
                                        || isOverlap(other.b(), one.c())
                                        || isOverlap(other.c(), one.c())),
                        "the result of product %s of a group shares memory with a matrix of product %s",
                        i,
                        j);
            }
        }
    }

    /**
     * Checks the arguments of {@link LinearKernels#addSquaredProducts}.
     *
     * @throws IllegalArgumentException if the shapes disagree, or matrices or sums end outside
     */
    public static void checkSquaredProducts(int count, Matrix a, int strideA, Matrix b, Sums sums, int offset) {
        checkArgument(
                a.columns() == b.rows(),
                "shapes do not fit: (%s × %s) · (%s × %s)",
                a.rows(),
                a.columns(),
                b.rows(),
                b.columns());
        checkBatch("matrices A", a, strideA, count);
        checkRange("the sums", sums, offset, (long) a.rows() * b.columns());
    }

    /**
     * Checks that a matrix can be copied to another.
     *
     * @throws IllegalArgumentException if the shapes differ or one of them is transposed
     */
    public static void checkCopy(Matrix from, Matrix to) {
        checkArgument(
                from.rows() == to.rows()
                        && from.columns() == to.columns()
                        && !from.isTransposed()
                        && !to.isTransposed(),
                "a matrix of %s × %s cannot be copied to one of %s × %s, or one of them is transposed",
                from.rows(),
                from.columns(),
                to.rows(),
                to.columns());
    }

    /**
     * Reads the number of a column.
     *
     * @param number a whole number below {@code columns}; a negative one stands for none
     * @param columns how many there are
     * @return the number
     * @throws IllegalArgumentException if it is another number
     */
    public static int checkIndex(double number, int columns) {
        if (!(number == Math.rint(number) && number < columns)) {
            throw new IllegalArgumentException(
                    "index " + number + " is not the number of one of " + columns + " columns");
        }
        return number < 0 ? -1 : (int) number;
    }

    /**
     * Checks the arguments of {@link LookupKernels#top}.
     *
     * @throws IllegalArgumentException if a row has too few or too many columns, or a buffer is too short
     */
    public static void checkTop(int rows, int columns, Buffer table, int count, Buffer values, Buffer indices) {
        checkArgument(
                count >= 1 && count <= columns && columns <= MOST_COLUMNS,
                "the %s largest of %s columns cannot be found: 1 to all of at most %s",
                count,
                columns,
                MOST_COLUMNS);
        checkHolds("the table", table, (long) rows * columns);
        checkHolds("the values", values, (long) rows * count);
        checkHolds("the indices", indices, (long) rows * count);
        checkArgument(table != values && table != indices && values != indices, "a result of top is another argument");
    }

    /**
     * Checks what is added to columns of a table.
     *
     * @throws IllegalArgumentException if the shapes disagree, a view is transposed, or the indices run out
     */
    public static void checkScatter(Matrix from, Buffer indices, int first, Matrix table) {
        checkArgument(
                from.rows() == table.rows() && !from.isTransposed() && !table.isTransposed(),
                "%s rows cannot be added to a table of %s rows, or one of them is transposed",
                from.rows(),
                table.rows());
        checkArgument(from.buffer() != table.buffer(), "a table cannot be added to itself");
        checkRange("the indices", indices, first, from.columns());
    }

    /**
     * Checks that every pooling window holds at least one pixel.
     *
     * @throws IllegalArgumentException naming the first output row or column whose window lies outside the image
     */
    public static void checkWindowsMeetImage(Window w) {
        checkMeets(
                "row", w.outHeight(), w.strideHeight(), w.padTop(), w.kernelHeight(), w.dilationHeight(), w.height());
        checkMeets("column", w.outWidth(), w.strideWidth(), w.padLeft(), w.kernelWidth(), w.dilationWidth(), w.width());
    }

    /**
     * Checks a matrix before its decomposition.
     *
     * @throws IllegalArgumentException if it does not hold n² numbers, or one of them is not finite
     */
    public static void checkSquare(int n, double[] matrix) {
        checkArgument(
                n >= 0 && matrix.length == (long) n * n, "a %s × %s matrix is not %s numbers", n, n, matrix.length);
        for (int i = 0; i < matrix.length; i++) {
            if (!Double.isFinite(matrix[i])) {
                throw new IllegalArgumentException(
                        "number " + i + " of the matrix to decompose is " + matrix[i] + "; it must be finite");
            }
        }
    }

    /**
     * Checks the factor and the right-hand sides of a solve.
     *
     * @throws IllegalArgumentException if one of them has the wrong length
     */
    public static void checkSides(int n, double[] factor, int count, double[] sides) {
        checkArgument(
                n >= 0 && factor.length == (long) n * n, "a %s × %s factor is not %s numbers", n, n, factor.length);
        checkArgument(
                count >= 0 && sides.length == (long) count * n,
                "%s right-hand sides of length %s are not %s numbers",
                count,
                n,
                sides.length);
    }

    private static void checkMeets(
            String axis, int outputs, int stride, int padding, int kernel, int dilation, int size) {
        for (int output = 0; output < outputs; output++) {
            boolean isMet = false;
            for (int k = 0; k < kernel && !isMet; k++) {
                int at = output * stride - padding + k * dilation;
                isMet = at >= 0 && at < size;
            }
            checkArgument(isMet, "the pooling window of output %s %s lies outside the image", axis, output);
        }
    }

    private static boolean isOverlap(Matrix x, Matrix c) {
        return x.buffer() == c.buffer() && x.offset() < storedEnd(c) && c.offset() < storedEnd(x);
    }

    private static long storedEnd(Matrix m) {
        int storedRows = m.isTransposed() ? m.columns() : m.rows();
        int storedColumns = m.isTransposed() ? m.rows() : m.columns();
        return storedRows == 0 ? m.offset() : m.offset() + (storedRows - 1L) * m.stride() + storedColumns;
    }
}
