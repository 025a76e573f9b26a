package org.expunge.influence.compute;

/**
 * Sums with double accumulators, whatever the precision of the buffers. All but {@link #dot} leave them where the
 * compute works.
 */
public interface ReductionKernels {
    /** Returns {@code Σ x_i y_i} over the first {@code length} numbers; waits for the device. */
    double dot(int length, Buffer x, Buffer y);

    /** Adds {@code Σ_r x[r, b] · y[r, b]} to {@code sums[offset + b]} for each of the {@code batch} columns. */
    void columnDots(int rows, int batch, Buffer x, Buffer y, Sums sums, int offset);

    /**
     * Adds {@code factors[first + g] · Σ_r x[g, r, b] · y[r, b]} to {@code sums[offset + g · batch + b]} for each of
     * {@code groups} matrices of {@code rows × batch} numbers that lie one behind the other in {@code x}.
     */
    void groupDots(int groups, int rows, int batch, Buffer x, Buffer y, Sums factors, int first, Sums sums, int offset);

    /** Adds {@code Σ_c x[r, c]} to {@code sums[offset + r]} for each row of a dense {@code rows × columns} matrix. */
    void rowSums(int rows, int columns, Buffer x, Sums sums, int offset);

    /** Adds {@code Σ_c x[r, c]} to {@code sums[r]} in a buffer: a bias gradient. */
    void addRowSums(int rows, int columns, Buffer x, Buffer sums);

    /** Adds {@code Σ_c x[r, c] · y[r, c]} to {@code sums[offset + r]} for each row. */
    void rowDots(int rows, int columns, Buffer x, Buffer y, Sums sums, int offset);

    /**
     * Writes {@code β·to[g, b] + Σ x[g, j, b]} where the rows of {@code x} come in {@code groups} groups of
     * {@code size}: the sum of a channel over its pixels, example by example.
     */
    void groupSums(int groups, int size, int batch, Buffer x, double beta, Buffer to);

    /**
     * Adds {@code x[r, c]}, dense, to {@code sums[offset + r · stride + c]}; {@code stride} is at least the columns.
     */
    void addMatrix(int rows, int columns, Buffer x, Sums sums, int offset, int stride);

    /** Adds {@code factors[first + r] · x[r, c]}, dense, to {@code sums[offset + r · columns + c]}. */
    void addScaledRows(int rows, int columns, Buffer x, Sums factors, int first, Sums sums, int offset);

    /**
     * Adds {@code (factors[i] + plus) · factors[length + i]} to {@code sums[offset + i]}: a squared norm of a product
     * of two vectors, made of theirs.
     */
    void addProducts(int length, double plus, Sums factors, Sums sums, int offset);
}
