package org.expunge.influence.compute;

/**
 * Kernels that pick columns of a table by their numbers, and one that finds those of the largest entries. A negative
 * number stands for no column: it reads as zeros, and what is added to it is dropped.
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

    /**
     * Finds the largest numbers of each row, the largest first, equal ones in the order of their columns. As
     * {@link Double#compare} orders them: NaN is the largest, and 0 larger than −0.
     *
     * <p><b>Cost.</b> About one pass over the table. On a device, up to 256 of each row; more are found on the host.
     *
     * @param table the table, dense {@code rows × columns} from the start of its buffer; at most 2²⁴ columns
     * @param count how many of each row, at least 1 and at most {@code columns}
     * @param values {@code rows × count}, written: the numbers; another buffer than the table's
     * @param indices {@code rows × count}, written: their columns
     * @throws IllegalArgumentException if there are other numbers of columns, or a buffer is too short
     */
    void top(int rows, int columns, Buffer table, int count, Buffer values, Buffer indices);
}
