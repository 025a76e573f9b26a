package org.expunge.influence.gradient;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.LinearKernels;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.Sums;

/**
 * Directions {@code L_q R_q} of a dense layer, with {@code ⟨δ āᵀ, L R⟩ = (Lᵀ δ)ᵀ (R ā)}: {@code Lᵀ} and {@code R} of
 * all directions lie one under the other.
 */
final class LowRankDirections implements LayerDirections {
    private final Compute compute;
    private final RowRotation rotation;
    private final int rank;
    private final Sums scales;
    private final int outputs;
    private final int columns;
    private final Buffer left;
    private final Buffer right;

    LowRankDirections(Compute compute, RowRotation rotation, int rank, double[] scales, int outputs, int columns) {
        this.compute = compute;
        this.rotation = rotation;
        this.rank = rank;
        this.scales = compute.sumsOf(scales);
        this.outputs = outputs;
        this.columns = columns;
        this.left = compute.allocate(Math.multiplyExact(scales.length * rank, outputs));
        this.right = compute.allocate(Math.multiplyExact(scales.length * rank, columns));
    }

    /** Writes direction q: the first {@code rank} of its singular vectors. */
    void write(int q, SingularVectors vectors) {
        compute.write(vectors.left(), 0, left, q * rank * outputs, rank * outputs);
        compute.write(vectors.right(), 0, right, q * rank * columns, rank * columns);
    }

    @Override
    public void contract(RowWindow window, int node, Scratch scratch, Sums dots) {
        int capacity = window.capacity();
        Matrix inputs = rotation.inputs(window.factors(node), scratch);
        Matrix deltas = rotation.deltas(window.factors(node), scratch);
        int count = scales.length();
        int step = Math.min(count, Math.max(1, compute.productRows(Math.max(outputs, columns)) / rank));
        Buffer products = scratch.buffer(Scratch.PRODUCTS, step * rank * capacity);
        Buffer others = scratch.buffer(Scratch.STACK, step * rank * capacity);
        LinearKernels linear = compute.linear();
        for (int from = 0; from < count; from += step) {
            int size = Math.min(step, count - from);
            int rows = size * rank;
            Matrix l = Matrix.at(left, from * rank * outputs, rows, outputs);
            Matrix r = Matrix.at(right, from * rank * columns, rows, columns);
            linear.multiply(1, l, deltas, 0, Matrix.of(products, rows, capacity));
            linear.multiply(1, r, inputs, 0, Matrix.of(others, rows, capacity));
            compute.elements().multiply(rows * capacity, products, others, products);
            compute.reductions().groupSums(size, rank, capacity, products, 0, others);
            compute.reductions().addScaledRows(size, capacity, others, scales, from, dots, from * capacity);
        }
    }

    @Override
    public void close() {
        left.close();
        right.close();
        scales.close();
    }
}
