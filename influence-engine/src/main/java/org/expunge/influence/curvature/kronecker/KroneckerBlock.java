package org.expunge.influence.curvature.kronecker;

import java.util.Arrays;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.LinearKernels;
import org.expunge.influence.compute.Matrix;

/** {@code V ↦ Q_S [(Q_Sᵀ V Q_A) ⊘ (Λ + λ)] Q_Aᵀ} of one layer, for several V at once. */
final class KroneckerBlock implements AutoCloseable {
    private final KroneckerShape shape;
    private final Compute compute;
    private final EigenvectorBuffers vectors;
    private final Buffer reciprocals;

    KroneckerBlock(Compute compute, KroneckerBasis basis, double[] eigenvalues, double damping) {
        this.shape = basis.shape();
        this.compute = compute;
        this.vectors = new EigenvectorBuffers(compute, basis);
        this.reciprocals = compute.of(
                Arrays.stream(eigenvalues).map(value -> 1 / (value + damping)).toArray());
    }

    KroneckerShape shape() {
        return shape;
    }

    /**
     * Multiplies this layer's part of some vectors.
     *
     * @param v whole vectors
     * @param scales what each is divided by on its way in, and multiplied by on its way out
     * @param to whole vectors, of which this layer's part is overwritten
     */
    void multiply(double[][] v, double[] scales, double[][] to) {
        int length = shape.length();
        int count = v.length;
        try (Buffer first = compute.allocate(Math.multiplyExact(count, length));
                Buffer second = compute.allocate(count * length)) {
            for (int k = 0; k < count; k++) {
                compute.write(shape.gather(v[k], 1 / scales[k]), 0, first, k * length, length);
            }
            rotate(count, vectors.outputs(), first, second, vectors.all().transposed());
            compute.elements().multiplyRows(count, length, first, reciprocals, first);
            rotate(count, vectors.outputs().transposed(), first, second, vectors.all());
            double[] product = new double[length];
            for (int k = 0; k < count; k++) {
                compute.read(first, k * length, product, 0, length);
                shape.scatter(product, scales[k], to[k]);
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

    @Override
    public void close() {
        vectors.close();
        reciprocals.close();
    }
}
