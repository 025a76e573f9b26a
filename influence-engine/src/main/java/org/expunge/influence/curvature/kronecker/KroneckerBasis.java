package org.expunge.influence.curvature.kronecker;

import java.util.Arrays;
import org.expunge.influence.compute.EigenKernels;

/**
 * The factors of one layer and their eigenvectors, in double on the host. Arrays are this package's and not written
 * after construction.
 */
final class KroneckerBasis {
    private final KroneckerShape shape;
    private final double[] a;
    private final double[] s;
    private final double[] vectorsA;
    private final double[] vectorsS;
    private final double[] eigenvalues;

    /**
     * Decomposes two factors.
     *
     * @param a {@code (in + 1) × (in + 1)}, kept
     * @param s {@code out × out}, kept
     */
    KroneckerBasis(EigenKernels eigen, KroneckerShape shape, double[] a, double[] s) {
        this.shape = shape;
        this.a = a;
        this.s = s;
        this.vectorsA = symmetric(shape.columns(), a);
        this.vectorsS = symmetric(shape.outputs(), s);
        double[] valuesA = eigen.decompose(shape.columns(), vectorsA);
        double[] valuesS = eigen.decompose(shape.outputs(), vectorsS);
        this.eigenvalues = new double[shape.length()];
        for (int i = 0; i < eigenvalues.length; i++) {
            eigenvalues[i] = Math.max(0, valuesS[i / valuesA.length]) * Math.max(0, valuesA[i % valuesA.length]);
        }
    }

    private static double[] symmetric(int n, double[] matrix) {
        double[] symmetric = new double[matrix.length];
        Arrays.setAll(symmetric, i -> (matrix[i] + matrix[i % n * n + i / n]) / 2);
        return symmetric;
    }

    KroneckerShape shape() {
        return shape;
    }

    double[] a() {
        return a;
    }

    double[] s() {
        return s;
    }

    /** Row k is eigenvector k of A, {@code (in + 1) × (in + 1)}. */
    double[] vectorsA() {
        return vectorsA;
    }

    /** Row k is eigenvector k of S, {@code out × out}. */
    double[] vectorsS() {
        return vectorsS;
    }

    /** K-FAC's eigenvalues {@code λ_S λ_Aᵀ}, {@code out × (in + 1)}; what rounding made negative is 0. */
    double[] eigenvalues() {
        return eigenvalues;
    }
}
