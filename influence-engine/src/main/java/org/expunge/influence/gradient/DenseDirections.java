package org.expunge.influence.gradient;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Matrix;

/**
 * Directions of a dense layer, matrices {@code out × (in + 1)}. {@code ⟨δ āᵀ, V⟩ = δᵀ (V ā)}: some directions at a
 * time, one under the other, are multiplied with all {@code ā} of a window, and the products dotted with its δ.
 */
abstract non-sealed class DenseDirections implements LayerDirections {
    /** Rows of one product: with fewer, OpenBLAS is slower; with more, the product leaves the cache. */
    static final long PRODUCT_ROWS = 512;

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
    static int mostPerProduct(int outputs) {
        return (int) Math.max(1, PRODUCT_ROWS / outputs);
    }

    final int directionsPerProduct() {
        return Math.min(count, mostPerProduct(outputs));
    }

    /**
     * Returns directions one under the other.
     *
     * @param from the first of them, a multiple of {@link #directionsPerProduct}
     * @param size how many
     * @param scratch for those that are not kept
     */
    abstract Buffer stack(int from, int size, Scratch scratch);

    /** Returns what direction {@code q} has to be multiplied by. */
    abstract double scale(int q);

    @Override
    public final void contract(RowWindow window, int node, Scratch scratch, double[] dots) {
        int capacity = window.capacity();
        Matrix inputs = rotation.inputs(window.factors(node), scratch);
        Matrix deltas = rotation.deltas(window.factors(node), scratch);
        int step = directionsPerProduct();
        Buffer products = scratch.buffer(Scratch.PRODUCTS, step * outputs * capacity);
        double[] sums = new double[step * capacity];
        for (int from = 0; from < count; from += step) {
            int size = Math.min(step, count - from);
            Matrix stack = Matrix.of(stack(from, size, scratch), size * outputs, columns);
            compute.linear().multiply(1, stack, inputs, 0, Matrix.of(products, size * outputs, capacity));
            Arrays.fill(sums, 0);
            compute.reductions().groupDots(size, outputs, capacity, products, deltas.buffer(), sums);
            for (int i = 0; i < size * capacity; i++) {
                dots[from * capacity + i] += scale(from + i / capacity) * sums[i];
            }
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
        double[] scales = new double[count];
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
            scales[q] = scale(q);
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
