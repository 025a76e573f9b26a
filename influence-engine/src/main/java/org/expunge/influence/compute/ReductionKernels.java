package org.expunge.influence.compute;

/** Sums with double accumulators, whatever the precision of the buffers. */
public interface ReductionKernels {
    /** Returns {@code Σ x_i y_i} over the first {@code length} numbers. */
    double dot(int length, Buffer x, Buffer y);

    /** Adds {@code Σ_r x[r, b] · y[r, b]} to {@code sums[offset + b]} for each of the {@code batch} columns. */
    void columnDots(int rows, int batch, Buffer x, Buffer y, double[] sums, int offset);

    /**
     * Adds {@code Σ_r x[g, r, b] · y[r, b]} to {@code sums[g · batch + b]} for each of {@code groups} matrices of
     * {@code rows × batch} numbers that lie one behind the other in {@code x}.
     */
    void groupDots(int groups, int rows, int batch, Buffer x, Buffer y, double[] sums);

    /** Adds {@code Σ_c x[r, c]} to {@code sums[r]} for each row of a dense {@code rows × columns} matrix. */
    void rowSums(int rows, int columns, Buffer x, double[] sums);

    /** Adds {@code Σ_c x[r, c]} to {@code sums[r]} on the device: a bias gradient. */
    void addRowSums(int rows, int columns, Buffer x, Buffer sums);

    /** Adds {@code Σ_c x[r, c] · y[r, c]} to {@code sums[r]} for each row. */
    void rowDots(int rows, int columns, Buffer x, Buffer y, double[] sums);

    /**
     * Writes {@code β·to[g, b] + Σ x[g, j, b]} where the rows of {@code x} come in {@code groups} groups of
     * {@code size}: the sum of a channel over its pixels, example by example.
     */
    void groupSums(int groups, int size, int batch, Buffer x, double beta, Buffer to);
}
