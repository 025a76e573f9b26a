package org.expunge.influence.compute;

/**
 * Rows of numbers on the host, as a {@link RowLoader} takes them. They never change, and several threads may read them.
 *
 * <p>It may be a view of other rows. Those are named, so that a device keeps a row once however many views show it.
 */
public interface RowSource {
    /**
     * Returns the rows of an array.
     *
     * @param values row after row; not copied, and not to be changed as long as a compute that has seen it is open
     * @param width numbers of each row, at least 1
     */
    static RowSource of(double[] values, int width) {
        return new ArrayRows(values, width);
    }

    /** Returns the numbers of each row. */
    int width();

    /**
     * Copies one row.
     *
     * @param row which row
     * @param into receives {@link #width} numbers from {@code offset} on
     * @param offset where to start
     * @throws IndexOutOfBoundsException if there is no such row
     */
    void read(int row, double[] into, int offset);

    /** Returns the object that these rows are of: the same object means the same rows. */
    Object origin();

    /** Returns how many rows the origin has. */
    int originRows();

    /**
     * Returns which row of the origin a row is.
     *
     * @throws IndexOutOfBoundsException if there is no such row
     */
    int originRow(int row);
}
