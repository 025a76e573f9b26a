package org.expunge.influence.score.generalized;

import org.expunge.influence.curvature.LinearOperator;
import org.expunge.influence.curvature.RectangularOperator;

/** Some rows and columns of a symmetric operator; a product costs one with the whole. */
record OperatorBlock(LinearOperator operator, ParameterSelection rowsOf, ParameterSelection columnsOf)
        implements RectangularOperator {
    @Override
    public int rows() {
        return rowsOf.size();
    }

    @Override
    public int columns() {
        return columnsOf.size();
    }

    @Override
    public void apply(double[] x, double[] y) {
        multiply(x, columnsOf, rowsOf, y);
    }

    @Override
    public void applyTransposed(double[] y, double[] x) {
        multiply(y, rowsOf, columnsOf, x);
    }

    private void multiply(double[] from, ParameterSelection at, ParameterSelection wanted, double[] to) {
        double[] product = new double[operator.dimension()];
        operator.apply(at.scatter(from), product);
        System.arraycopy(wanted.gather(product), 0, to, 0, to.length);
    }
}
