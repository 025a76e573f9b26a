package org.expunge.influence.curvature;

/** An operator that is the mean of one matrix for each row of a data set, so that a few rows give an estimate of it. */
public interface RowOperator extends LinearOperator {
    /** Returns n: how many rows there are. */
    int rows();

    /**
     * Multiplies by the mean over some rows.
     *
     * @param rows which, at least one, each at most once
     * @param x k vectors of length {@code p}, left as they were
     * @param y k arrays of length {@code p}, overwritten; none of them is one of {@code x}
     */
    void applyAll(int[] rows, double[][] x, double[][] y);

    /**
     * Fixes some rows.
     *
     * @param rows which, at least one, each at most once
     * @return the mean over them, a view of this operator
     */
    default LinearOperator of(int[] rows) {
        return new FixedRows(this, rows.clone());
    }
}
