package org.expunge.influence.curvature;

/** The mean over some rows of an operator. */
final class FixedRows implements LinearOperator {
    private final RowOperator operator;
    private final int[] rows;

    FixedRows(RowOperator operator, int[] rows) {
        this.operator = operator;
        this.rows = rows;
    }

    @Override
    public int dimension() {
        return operator.dimension();
    }

    @Override
    public void apply(double[] x, double[] y) {
        applyAll(new double[][] {x}, new double[][] {y});
    }

    @Override
    public void applyAll(double[][] x, double[][] y) {
        operator.applyAll(rows, x, y);
    }
}
