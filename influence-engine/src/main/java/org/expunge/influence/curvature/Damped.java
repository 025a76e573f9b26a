package org.expunge.influence.curvature;

/** {@code A + λ I}. */
record Damped(LinearOperator operator, double damping) implements LinearOperator {
    @Override
    public int dimension() {
        return operator.dimension();
    }

    @Override
    public void apply(double[] x, double[] y) {
        operator.apply(x, y);
        addDamping(x, y);
    }

    @Override
    public void applyAll(double[][] x, double[][] y) {
        operator.applyAll(x, y);
        for (int k = 0; k < x.length; k++) {
            addDamping(x[k], y[k]);
        }
    }

    private void addDamping(double[] x, double[] y) {
        for (int i = 0; i < x.length; i++) {
            y[i] += damping * x[i];
        }
    }
}
