package org.expunge.defense.detect;

import org.expunge.influence.compute.Compute;

/**
 * Eigenpairs of a small symmetric matrix, largest first, and what is built from them. All in double.
 *
 * <p><b>Cost.</b> O(d³).
 */
final class SymmetricEigen {
    private final double[] values;
    private final double[][] vectors;

    private SymmetricEigen(double[] values, double[][] vectors) {
        this.values = values;
        this.vectors = vectors;
    }

    /** Decomposes a d × d matrix, left as it was. */
    static SymmetricEigen of(Compute compute, double[][] matrix) {
        int d = matrix.length;
        double[] flat = new double[d * d];
        for (int i = 0; i < d; i++) {
            System.arraycopy(matrix[i], 0, flat, i * d, d);
        }
        double[] ascending = compute.eigen().decompose(d, flat);
        double[] values = new double[d];
        double[][] vectors = new double[d][d];
        for (int k = 0; k < d; k++) {
            values[k] = ascending[d - 1 - k];
            System.arraycopy(flat, (d - 1 - k) * d, vectors[k], 0, d);
        }
        return new SymmetricEigen(values, vectors);
    }

    /** Returns the k-th largest eigenvalue, from 0. */
    double value(int k) {
        return values[k];
    }

    /** Returns its vector of norm 1; not a copy. */
    double[] vector(int k) {
        return vectors[k];
    }

    /** Returns how many pairs there are. */
    int size() {
        return values.length;
    }

    /** Returns how many eigenvalues exceed a share of the largest. */
    int rank(double share) {
        int rank = 0;
        while (rank < values.length && values[rank] > share * Math.max(0, values[0]) && values[rank] > 0) {
            rank++;
        }
        return rank;
    }

    /** A function of an eigenvalue. */
    @FunctionalInterface
    interface Function {
        double of(double value);
    }

    /** Returns {@code Σ_k f(w_k) q_k q_kᵀ}. */
    double[][] map(Function function) {
        int d = values.length;
        double[][] mapped = new double[d][d];
        for (int k = 0; k < d; k++) {
            double f = function.of(values[k]);
            double[] q = vectors[k];
            for (int i = 0; i < d; i++) {
                double scaled = f * q[i];
                for (int j = 0; j < d; j++) {
                    mapped[i][j] += scaled * q[j];
                }
            }
        }
        return mapped;
    }
}
