package org.expunge.influence.compute;

/**
 * Kernels that pick columns of a table by their numbers. A negative number stands for no column: it reads as zeros, and
 * what is added to it is dropped.
 */
public interface LookupKernels {
    /**
     * Writes {@code to[r, j] = table[r, indices[j]]}.
     *
     * @param table the table, dense {@code rows × columns} from the start of its buffer
     * @param count how many columns to pick
     * @param indices {@code count} whole numbers below {@code columns}
     * @param to {@code rows × count}, written; not the table's buffer
     * @throws IllegalArgumentException if a number is not that of a column
     */
    void gather(int rows, int columns, Buffer table, int count, Buffer indices, Buffer to);

    /**
     * Computes {@code table[r, indices[first + j]] += from[r, j]}, one column after the other, so that repeated numbers
     * add up in order.
     *
     * @param from what is added, {@code rows × count}, not transposed
     * @param indices whole numbers below the table's columns
     * @param first index of the first of {@code count} numbers
     * @param table the table, {@code rows × columns}, not transposed; added to, and in another buffer than {@code from}
     * @throws IllegalArgumentException if a number is not that of a column
     */
    void scatterAdd(Matrix from, Buffer indices, int first, Matrix table);
}
