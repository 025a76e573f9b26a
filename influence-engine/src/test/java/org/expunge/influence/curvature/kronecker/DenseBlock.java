package org.expunge.influence.curvature.kronecker;

import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.Labels;
import org.expunge.influence.curvature.factor.BlockDense;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;

/**
 * The Fisher matrix F of one layer and its Kronecker approximations, written out over the entries of the layer's matrix
 * {@code out × (in + 1)}, row-major: entry {@code o · (in + 1) + i}.
 */
final class DenseBlock {
    private DenseBlock() {}

    /** Returns F of a layer. */
    static double[][] fisher(Engine engine, Model model, Dataset data, Labels labels, KroneckerShape shape) {
        double[] block = BlockDense.fit(engine, model, data, new BlockDense.Options(labels, 1 << 24))
                .block(shape.name());
        int n = shape.length();
        double[] entry = new double[n];
        for (int i = 0; i < n; i++) {
            entry[i] = i;
        }
        double[] places = new double[model.network().layout().length()];
        shape.scatter(entry, 1, places); // which entry lies at each flat index
        double[][] fisher = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                fisher[(int) places[shape.first() + i]][(int) places[shape.first() + j]] = block[i * n + j];
            }
        }
        return fisher;
    }

    /** Returns {@code S ⊗ A} in this order of entries, which is the {@code A ⊗ S} of stacked columns. */
    static double[][] product(double[] s, double[] a) {
        int out = (int) Math.sqrt(s.length);
        int in = (int) Math.sqrt(a.length);
        double[][] product = new double[out * in][out * in];
        for (int i = 0; i < out * in; i++) {
            for (int j = 0; j < out * in; j++) {
                product[i][j] = s[i / in * out + j / in] * a[i % in * in + j % in];
            }
        }
        return product;
    }

    /** Returns eigenvector {@code (k, l)} of the product, the k-th of S with the l-th of A. */
    static double[] vector(KroneckerBasis basis, int k, int l) {
        int in = basis.shape().columns();
        int out = basis.shape().outputs();
        double[] vector = new double[out * in];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = basis.vectorsS()[k * out + i / in] * basis.vectorsA()[l * in + i % in];
        }
        return vector;
    }

    /** Returns the matrix with these eigenvalues, {@code out × (in + 1)}, in the basis. */
    static double[][] inBasis(KroneckerBasis basis, double[] eigenvalues) {
        int n = eigenvalues.length;
        int in = basis.shape().columns();
        double[][] matrix = new double[n][n];
        for (int e = 0; e < n; e++) {
            double[] vector = vector(basis, e / in, e % in);
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    matrix[i][j] += eigenvalues[e] * vector[i] * vector[j];
                }
            }
        }
        return matrix;
    }

    /** Returns {@code diag(UᵀFU)} of the basis. */
    static double[] diagonalInBasis(double[][] fisher, KroneckerBasis basis) {
        int n = fisher.length;
        int in = basis.shape().columns();
        double[] diagonal = new double[n];
        for (int e = 0; e < n; e++) {
            double[] vector = vector(basis, e / in, e % in);
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    diagonal[e] += vector[i] * fisher[i][j] * vector[j];
                }
            }
        }
        return diagonal;
    }

    static double trace(double[][] matrix) {
        double trace = 0;
        for (int i = 0; i < matrix.length; i++) {
            trace += matrix[i][i];
        }
        return trace;
    }

    /** Returns {@code ‖X − Y‖_F}. */
    static double distance(double[][] x, double[][] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < x.length; j++) {
                sum += (x[i][j] - y[i][j]) * (x[i][j] - y[i][j]);
            }
        }
        return Math.sqrt(sum);
    }

    /** Returns {@code ‖X − Y‖_F / ‖Y‖_F}. */
    static double relativeError(double[][] x, double[][] y) {
        return distance(x, y) / distance(y, new double[y.length][y.length]);
    }
}
