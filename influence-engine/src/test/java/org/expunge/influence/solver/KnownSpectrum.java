package org.expunge.influence.solver;

import java.util.Arrays;
import java.util.Random;
import org.expunge.influence.curvature.LinearOperator;
import org.expunge.influence.curvature.ParameterVector;

/**
 * A symmetric matrix with eigenvalues chosen first, and eigenvectors that are the rows of a random rotation: a product
 * of reflections.
 */
final class KnownSpectrum {
    private final double[] eigenvalues;
    private final double[][] eigenvectors;
    private final double[][] matrix;

    private KnownSpectrum(double[] eigenvalues, long seed) {
        int p = eigenvalues.length;
        this.eigenvalues = eigenvalues;
        this.eigenvectors = rotation(p, seed);
        this.matrix = new double[p][p];
        for (int k = 0; k < p; k++) {
            for (int i = 0; i < p; i++) {
                Vectors.addScaled(eigenvalues[k] * eigenvectors[k][i], eigenvectors[k], matrix[i]);
            }
        }
    }

    /** Eigenvalues in ascending order. */
    static KnownSpectrum of(long seed, double... eigenvalues) {
        return new KnownSpectrum(eigenvalues, seed);
    }

    /** Eigenvalues from {@code 10^from} to {@code 10^to} at equal ratios. */
    static KnownSpectrum logarithmic(int p, double from, double to, long seed) {
        double[] eigenvalues = new double[p];
        Arrays.setAll(eigenvalues, i -> Math.pow(10, from + (to - from) * i / (p - 1)));
        return new KnownSpectrum(eigenvalues, seed);
    }

    double[] eigenvalues() {
        return eigenvalues.clone();
    }

    double[] eigenvector(int k) {
        return eigenvectors[k].clone();
    }

    LinearOperator operator() {
        return SpdProblem.operator(matrix);
    }

    double[][] matrix() {
        return matrix;
    }

    ParameterVector times(double[] x) {
        double[] b = new double[x.length];
        operator().apply(x, b);
        return ParameterVector.of(b);
    }

    /** Returns {@code √(xᵀAx)} through the eigenvalues. */
    double energyNorm(double[] x) {
        double sum = 0;
        for (int k = 0; k < eigenvalues.length; k++) {
            double along = Vectors.dot(eigenvectors[k], x);
            sum += eigenvalues[k] * along * along;
        }
        return Math.sqrt(sum);
    }

    private static double[][] rotation(int p, long seed) {
        Random random = new Random(seed);
        double[][] rows = new double[p][p];
        for (int i = 0; i < p; i++) {
            rows[i][i] = 1;
        }
        for (int reflection = 0; reflection < 4; reflection++) {
            double[] v = random.doubles(p, -1, 1).toArray();
            double square = Vectors.dot(v, v);
            for (double[] row : rows) {
                Vectors.addScaled(-2 * Vectors.dot(row, v) / square, v, row);
            }
        }
        return rows;
    }
}
