package org.expunge.influence.curvature.kronecker;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.Map;
import org.expunge.influence.compute.EigenKernels;

/**
 * The factors of one layer and their eigenvectors, in double on the host. Arrays are this package's and not written
 * after construction.
 */
final class KroneckerBasis {
    private static final String VECTORS_A = ".input-vectors";
    private static final String VECTORS_S = ".output-vectors";
    private static final String VALUES_A = ".input-values";
    private static final String VALUES_S = ".output-values";

    private final KroneckerShape shape;
    private final double[] a;
    private final double[] s;
    private final double[] vectorsA;
    private final double[] vectorsS;
    private final double[] valuesA;
    private final double[] valuesS;
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
        this.valuesA = eigen.decompose(shape.columns(), vectorsA);
        this.valuesS = eigen.decompose(shape.outputs(), vectorsS);
        this.eigenvalues = products(valuesS, valuesA);
    }

    /**
     * Joins two factors and what they were decomposed into before: the same eigenvectors, also where eigenvalues
     * coincide.
     *
     * @param a {@code (in + 1) × (in + 1)}, kept
     * @param s {@code out × out}, kept
     * @param decomposition as {@link #addDecomposition} gave it
     */
    KroneckerBasis(KroneckerShape shape, double[] a, double[] s, Map<String, double[]> decomposition) {
        this.shape = shape;
        this.a = a;
        this.s = s;
        this.vectorsA = part(decomposition, shape, VECTORS_A, a.length);
        this.vectorsS = part(decomposition, shape, VECTORS_S, s.length);
        this.valuesA = part(decomposition, shape, VALUES_A, shape.columns());
        this.valuesS = part(decomposition, shape, VALUES_S, shape.outputs());
        this.eigenvalues = products(valuesS, valuesA);
    }

    private static double[] part(Map<String, double[]> parts, KroneckerShape shape, String name, int length) {
        double[] found = parts.get(shape.name() + name);
        checkArgument(
                found != null && found.length == length,
                "there are no %s numbers %s%s to read",
                length,
                shape.name(),
                name);
        return found.clone();
    }

    private static double[] products(double[] valuesS, double[] valuesA) {
        double[] products = new double[valuesS.length * valuesA.length];
        for (int i = 0; i < products.length; i++) {
            products[i] = Math.max(0, valuesS[i / valuesA.length]) * Math.max(0, valuesA[i % valuesA.length]);
        }
        return products;
    }

    /** Puts a copy of eigenvectors and eigenvalues, named by the layer. */
    void addDecomposition(Map<String, double[]> to) {
        to.put(shape.name() + VECTORS_A, vectorsA.clone());
        to.put(shape.name() + VECTORS_S, vectorsS.clone());
        to.put(shape.name() + VALUES_A, valuesA.clone());
        to.put(shape.name() + VALUES_S, valuesS.clone());
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
