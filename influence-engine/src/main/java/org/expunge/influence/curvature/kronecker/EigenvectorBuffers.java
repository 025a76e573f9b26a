package org.expunge.influence.curvature.kronecker;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Matrix;

/** The eigenvectors of one layer's factors on a compute; row k of a matrix is vector k. */
final class EigenvectorBuffers implements AutoCloseable {
    private final KroneckerShape shape;
    private final Buffer a;
    private final Buffer s;
    private final Buffer bias;

    EigenvectorBuffers(Compute compute, KroneckerBasis basis) {
        this.shape = basis.shape();
        this.a = compute.of(basis.vectorsA());
        this.s = compute.of(basis.vectorsS());
        int columns = shape.columns();
        double[] last = new double[columns];
        for (int k = 0; k < columns; k++) {
            last[k] = basis.vectorsA()[k * columns + columns - 1];
        }
        this.bias = compute.of(last);
    }

    /** Returns all of {@code Q_Aᵀ}, {@code (in + 1) × (in + 1)}. */
    Matrix all() {
        return Matrix.of(a, shape.columns(), shape.columns());
    }

    /** Returns {@code Q_Aᵀ} without its last column if that belongs to the bias, {@code (in + 1) × in}. */
    Matrix inputs() {
        return new Matrix(a, 0, shape.columns(), shape.inputs(), shape.columns(), false);
    }

    /** Returns the last column of {@code Q_Aᵀ}, which belongs to the bias if there is one. */
    Buffer bias() {
        return bias;
    }

    /** Returns {@code Q_Sᵀ}, {@code out × out}. */
    Matrix outputs() {
        return Matrix.of(s, shape.outputs(), shape.outputs());
    }

    @Override
    public void close() {
        a.close();
        s.close();
        bias.close();
    }
}
