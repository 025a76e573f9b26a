package org.expunge.influence.solver;

import java.util.Random;
import org.expunge.influence.curvature.LinearOperator;
import org.expunge.influence.curvature.ParameterVector;

/** A symmetric system whose solution was chosen first. */
final class SpdProblem {
    private final double[][] matrix;
    private final double[] solution;

    private SpdProblem(double[][] matrix, double[] solution) {
        this.matrix = matrix;
        this.solution = solution;
    }

    /** A random {@code I + BᵀB / p}, so that every eigenvalue is at least 1, and a random solution. */
    static SpdProblem random(int p, long seed) {
        Random random = new Random(seed);
        double[][] b = new double[p][];
        for (int i = 0; i < p; i++) {
            b[i] = random.doubles(p, -1, 1).toArray();
        }
        double[][] matrix = new double[p][p];
        for (int i = 0; i < p; i++) {
            matrix[i][i] = 1;
            for (int j = 0; j < p; j++) {
                for (int k = 0; k < p; k++) {
                    matrix[i][j] += b[k][i] * b[k][j] / p;
                }
            }
        }
        return new SpdProblem(matrix, random.doubles(p, -1, 1).toArray());
    }

    static LinearOperator operator(double[][] matrix) {
        return new LinearOperator() {
            @Override
            public int dimension() {
                return matrix.length;
            }

            @Override
            public void apply(double[] x, double[] y) {
                for (int i = 0; i < matrix.length; i++) {
                    y[i] = Vectors.dot(matrix[i], x);
                }
            }
        };
    }

    double[] solution() {
        return solution.clone();
    }

    LinearOperator operator() {
        return operator(matrix);
    }

    ParameterVector rightHandSide() {
        double[] b = new double[matrix.length];
        operator().apply(solution, b);
        return ParameterVector.of(b);
    }
}
