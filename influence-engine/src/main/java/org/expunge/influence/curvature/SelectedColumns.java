package org.expunge.influence.curvature;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;

/** Some columns of a symmetric operator: {@code A} times a vector that is 0 elsewhere. */
final class SelectedColumns implements RectangularOperator {
    private final LinearOperator operator;
    private final int[] selected;

    SelectedColumns(LinearOperator operator, int[] selected) {
        int p = operator.dimension();
        for (int column : selected) {
            checkArgument(column >= 0 && column < p, "column %s is not one of 0 to %s", column, p - 1);
        }
        checkArgument(
                Arrays.stream(selected).distinct().count() == selected.length, "a column is selected more than once");
        this.operator = operator;
        this.selected = selected;
    }

    @Override
    public int rows() {
        return operator.dimension();
    }

    @Override
    public int columns() {
        return selected.length;
    }

    @Override
    public void apply(double[] x, double[] y) {
        double[] whole = new double[operator.dimension()];
        for (int i = 0; i < selected.length; i++) {
            whole[selected[i]] = x[i];
        }
        operator.apply(whole, y);
    }

    @Override
    public void applyTransposed(double[] y, double[] x) {
        double[] product = new double[operator.dimension()];
        operator.apply(y, product);
        Arrays.setAll(x, i -> product[selected[i]]);
    }
}
