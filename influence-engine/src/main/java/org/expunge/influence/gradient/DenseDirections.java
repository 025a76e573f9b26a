package org.expunge.influence.gradient;

import java.util.Arrays;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Matrix;

/**
 * Directions of a dense layer, matrices {@code out × (in + 1)}. {@code ⟨δ āᵀ, V⟩ = δᵀ (V ā)}: some directions at a
 * time, one under the other, are multiplied with all {@code ā} of a window, and the products dotted with its δ.
 */
abstract non-sealed class DenseDirections implements LayerDirections {
    /** Rows of one product: with fewer, OpenBLAS is slower; with more, the product leaves the cache. */
    private static final int PRODUCT_ROWS = 512;

    private final Compute compute;
    private final int count;
    private final int outputs;
    private final int columns;

    DenseDirections(Compute compute, int count, int outputs, int columns) {
        this.compute = compute;
        this.count = count;
        this.outputs = outputs;
        this.columns = columns;
    }

    /** Returns how many directions go into one product. */
    static int mostPerProduct(int outputs) {
        return Math.max(1, PRODUCT_ROWS / outputs);
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

    /** Returns what {@code V} is multiplied with: {@code ā}, or as it is in the directions' basis. */
    abstract Matrix inputs(FactorRows rows, Scratch scratch);

    /** Returns what the products are dotted with, dense and from the start of its buffer. */
    abstract Matrix deltas(FactorRows rows, Scratch scratch);

    /** Returns what direction {@code q} has to be multiplied by. */
    abstract double scale(int q);

    @Override
    public final void contract(RowWindow window, int node, Scratch scratch, double[] dots) {
        int capacity = window.capacity();
        Matrix inputs = inputs(window.factors(node), scratch);
        Matrix deltas = deltas(window.factors(node), scratch);
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
}
