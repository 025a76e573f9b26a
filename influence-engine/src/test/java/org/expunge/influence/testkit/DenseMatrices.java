package org.expunge.influence.testkit;

import org.expunge.influence.compute.reference.ReferenceCompute;
import org.expunge.influence.curvature.LinearOperator;

/** Matrices written out, for dense twins of what is known by products. */
public final class DenseMatrices {
    private DenseMatrices() {}

    /** Returns the matrix of an operator, column by column: {@code [column][row]}, which is symmetric here. */
    public static double[][] of(LinearOperator operator) {
        int p = operator.dimension();
        double[][] matrix = new double[p][p];
        for (int j = 0; j < p; j++) {
            double[] unit = new double[p];
            unit[j] = 1;
            operator.apply(unit, matrix[j]);
        }
        return matrix;
    }

    /** Returns {@code (A + λI)⁻¹ b} for a symmetric A of any sign, by its eigendecomposition. */
    public static double[] solveDamped(double[][] a, double damping, double[] b) {
        int p = a.length;
        double[] vectors = new double[p * p];
        for (int i = 0; i < p; i++) {
            for (int j = 0; j < p; j++) {
                vectors[i * p + j] = (a[i][j] + a[j][i]) / 2;
            }
        }
        double[] x = new double[p];
        try (ReferenceCompute compute = new ReferenceCompute()) {
            double[] values = compute.eigen().decompose(p, vectors);
            for (int k = 0; k < p; k++) {
                double part = 0;
                for (int i = 0; i < p; i++) {
                    part += vectors[k * p + i] * b[i];
                }
                for (int i = 0; i < p; i++) {
                    x[i] += vectors[k * p + i] * part / (values[k] + damping);
                }
            }
        }
        return x;
    }
}
