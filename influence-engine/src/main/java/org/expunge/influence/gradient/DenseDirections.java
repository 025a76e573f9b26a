package org.expunge.influence.gradient;

import java.util.ArrayList;
import java.util.List;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.Sums;

/**
 * Directions of a dense layer, matrices {@code out × (in + 1)}. {@code ⟨δ āᵀ, V⟩ = δᵀ (V ā)}: some directions at a
 * time, one under the other, are multiplied with all {@code ā} of a window, and the products dotted with its δ.
 */
abstract non-sealed class DenseDirections implements LayerDirections {
    private final Compute compute;
    private final int count;
    private final int outputs;
    private final int columns;
    private final RowRotation rotation;

    DenseDirections(Compute compute, int count, int outputs, int columns, RowRotation rotation) {
        this.compute = compute;
        this.count = count;
        this.outputs = outputs;
        this.columns = columns;
        this.rotation = rotation;
    }

    /** Returns how many directions go into one product. */
    static int mostPerProduct(Compute compute, int outputs, int columns) {
        return Math.max(1, compute.productRows(columns) / outputs);
    }

    final int directionsPerProduct() {
        return Math.min(count, mostPerProduct(compute, outputs, columns));
    }

    /**
     * Returns directions one under the other.
     *
     * @param from the first of them, a multiple of {@link #directionsPerProduct}
     * @param size how many
     * @param scratch for those that are not kept
     */
    abstract Buffer stack(int from, int size, Scratch scratch);

    /** Returns what each direction has to be multiplied by. */
    abstract Sums scales();

    @Override
    public final void contract(RowWindow window, int node, Scratch scratch, Sums dots) {
        int capacity = window.capacity();
        Matrix inputs = rotation.inputs(window.factors(node), scratch);
        Matrix deltas = rotation.deltas(window.factors(node), scratch);
        int step = directionsPerProduct();
        Buffer products = scratch.buffer(Scratch.PRODUCTS, step * outputs * capacity);
        for (int from = 0; from < count; from += step) {
            int size = Math.min(step, count - from);
            Matrix stack = Matrix.of(stack(from, size, scratch), size * outputs, columns);
            compute.linear().multiply(1, stack, inputs, 0, Matrix.of(products, size * outputs, capacity));
            compute.reductions()
                    .groupDots(
                            size, outputs, capacity, products, deltas.buffer(), scales(), from, dots, from * capacity);
        }
    }

    /** What cutting gave: the directions if that is less work, and what it leaves out. */
    record Cut(LayerDirections directions, Truncation.Outcome outcome) {}

    /**
     * Cuts directions to their largest singular values.
     *
     * @return new directions, or these if they are no more work
     */
    final Cut cut(Truncation truncation, Scratch scratch) {
        int most = Math.min(truncation.rank(), Math.min(outputs, columns));
        if ((long) most * (outputs + columns) >= (long) outputs * columns) {
            return new Cut(this, new Truncation.Outcome(Math.min(outputs, columns), 0));
        }
        List<SingularVectors> vectors = new ArrayList<>();
        int rank = 1;
        double[] scales = scales().toArray();
        Buffer stack = stack(0, Math.min(directionsPerProduct(), count), scratch);
        for (int q = 0; q < count; q++) {
            int first = q - q % directionsPerProduct();
            stack = q == first && q > 0
                    ? stack(first, Math.min(directionsPerProduct(), count - first), scratch)
                    : stack;
            Matrix v = Matrix.at(stack, (q - first) * outputs * columns, outputs, columns);
            SingularVectors found = SingularVectors.of(compute, v, most, truncation.seed());
            vectors.add(found);
            rank = Math.max(rank, found.rankOf(truncation.energy(), most));
        }
        LowRankDirections cut = new LowRankDirections(compute, rotation, rank, scales, outputs, columns);
        double tail = 0;
        for (int q = 0; q < count; q++) {
            cut.write(q, vectors.get(q));
            tail = Math.max(tail, Math.abs(scales[q]) * vectors.get(q).tail(rank));
        }
        return new Cut(cut, new Truncation.Outcome(rank, tail));
    }
}
