package org.expunge.influence.gradient;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.Sums;

/** Directions written out, {@code m × p_l}: for layers whose rows are. One product with a window. */
final class WrittenDirections implements LayerDirections {
    private final Compute compute;
    private final int parameters;
    private final Sums scales;
    private final Buffer rows;

    WrittenDirections(Compute compute, int count, int parameters) {
        this.compute = compute;
        this.parameters = parameters;
        this.scales = compute.sums(count);
        this.rows = compute.allocate(Math.multiplyExact(count, parameters));
    }

    /** Writes direction {@code q}, which is {@code scale} times the numbers given. */
    void write(int q, double scale, double[] numbers) {
        scales.write(q, new double[] {scale}, 0, 1);
        compute.write(numbers, 0, rows, q * parameters, parameters);
    }

    @Override
    public void contract(RowWindow window, int node, Scratch scratch, Sums dots) {
        int count = scales.length();
        int capacity = window.capacity();
        Buffer products = scratch.buffer(Scratch.PRODUCTS, count * capacity);
        compute.linear()
                .multiply(
                        1,
                        Matrix.of(rows, count, parameters),
                        window.written(node).rows().transposed(),
                        0,
                        Matrix.of(products, count, capacity));
        compute.reductions().addScaledRows(count, capacity, products, scales, 0, dots, 0);
    }

    @Override
    public void close() {
        rows.close();
        scales.close();
    }
}
