package org.expunge.influence.curvature.kronecker;

import java.util.Arrays;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.LinearKernels;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.gradient.EigenBasis;

/**
 * {@code V ↦ Q_S [(Q_Sᵀ V Q_A) ⊘ (Λ + λ)] Q_Aᵀ} of one layer, for several V at once. On the compute are λ / (Λ + λ),
 * which a float holds however small λ is.
 */
final class KroneckerBlock implements AutoCloseable {
    private final KroneckerShape shape;
    private final Compute compute;
    private final EigenvectorBuffers vectors;
    private final double damping;
    private final Buffer shares;

    KroneckerBlock(Compute compute, KroneckerBasis basis, double[] eigenvalues, double damping) {
        this.shape = basis.shape();
        this.compute = compute;
        this.vectors = new EigenvectorBuffers(compute, basis);
        this.damping = damping;
        this.shares = compute.of(Arrays.stream(eigenvalues)
                .map(value -> damping / (value + damping))
                .toArray());
    }

    KroneckerShape shape() {
        return shape;
    }

    /**
     * Multiplies this layer's part of some vectors.
     *
     * @param v vectors
     * @param scales what each is divided by on its way in, and multiplied by on its way out
     * @param to vectors, of which this layer's part is overwritten
     * @param start flat index at which the vectors start: 0 for whole ones
     */
    void multiply(double[][] v, double[] scales, double[][] to, int start) {
        int length = shape.length();
        int count = v.length;
        try (Buffer first = compute.allocate(Math.multiplyExact(count, length));
                Buffer second = compute.allocate(count * length)) {
            for (int k = 0; k < count; k++) {
                compute.write(shape.gather(v[k], start, 1 / scales[k]), 0, first, k * length, length);
            }
            rotate(count, vectors.outputs(), first, second, vectors.all().transposed());
            compute.elements().multiplyRows(count, length, first, shares, first);
            rotate(count, vectors.outputs().transposed(), first, second, vectors.all());
            double[] product = new double[length];
            for (int k = 0; k < count; k++) {
                compute.read(first, k * length, product, 0, length);
                shape.scatter(product, scales[k] / damping, to[k], start);
            }
        }
    }

    /** Replaces each of the matrices in {@code stack} by {@code left · V · right}. */
    private void rotate(int count, Matrix left, Buffer stack, Buffer between, Matrix right) {
        int outputs = shape.outputs();
        int columns = shape.columns();
        LinearKernels linear = compute.linear();
        linear.multiply(
                1, Matrix.of(stack, count * outputs, columns), right, 0, Matrix.of(between, count * outputs, columns));
        linear.multiplyBatch(
                count,
                1,
                left,
                0,
                Matrix.of(between, outputs, columns),
                shape.length(),
                0,
                Matrix.of(stack, outputs, columns),
                shape.length());
    }

    double damping() {
        return damping;
    }

    /** Returns this matrix times λ, in its eigenbasis. */
    EigenBasis basis() {
        return new EigenBasis(vectors.outputs(), vectors.all(), shares);
    }

    @Override
    public void close() {
        vectors.close();
        shares.close();
    }
}
