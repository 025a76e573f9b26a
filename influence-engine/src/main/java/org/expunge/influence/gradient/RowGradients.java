package org.expunge.influence.gradient;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.network.ParametricLayer;
import org.expunge.influence.network.Slot;

/**
 * Gradients written out, {@code m × p_l}: for convolutions and batch normalisation, whose weights are few. A tile's own
 * {@code B × p_l} rows are written once and serve dots and norms.
 */
final class RowGradients implements LayerGradients {
    private final Compute compute;
    private final int examples;
    private final int parameters;
    private final boolean wantsNorms;
    private final Buffer rows;
    private final double[] squaredNorms;

    RowGradients(Compute compute, int examples, int parameters, boolean wantsNorms) {
        this.compute = compute;
        this.examples = examples;
        this.parameters = parameters;
        this.wantsNorms = wantsNorms;
        this.rows = compute.allocate(Math.multiplyExact(examples, parameters));
        this.squaredNorms = new double[examples];
    }

    @Override
    public void store(ParametricLayer layer, Slot slot, Scratch scratch, int from) {
        int batch = slot.batch();
        Buffer tile = write(layer, slot, scratch);
        synchronized (this) { // a buffer is written by one thread at a time
            compute.copy(tile, 0, rows, from * parameters, batch * parameters);
        }
        if (wantsNorms) {
            double[] norms = new double[batch];
            compute.reductions().rowDots(batch, parameters, tile, tile, norms);
            System.arraycopy(norms, 0, squaredNorms, from, batch);
        }
    }

    @Override
    public void contract(ParametricLayer layer, Slot slot, Scratch scratch, double[] dots, double[] norms) {
        int batch = slot.batch();
        Buffer tile = write(layer, slot, scratch);
        Buffer products = scratch.buffer(Scratch.INPUT_PRODUCTS, batch * examples);
        compute.linear()
                .multiply(
                        1,
                        Matrix.of(tile, batch, parameters),
                        Matrix.of(rows, examples, parameters).transposed(),
                        0,
                        Matrix.of(products, batch, examples));
        scratch.addTo(products, batch * examples, dots);
        if (wantsNorms) {
            compute.reductions().rowDots(batch, parameters, tile, tile, norms);
        }
    }

    private Buffer write(ParametricLayer layer, Slot slot, Scratch scratch) {
        Buffer tile = scratch.buffer(Scratch.ROWS, slot.batch() * parameters);
        layer.gradients(slot, Matrix.of(tile, slot.batch(), parameters));
        return tile;
    }

    @Override
    public double[] squaredNorms() {
        return squaredNorms;
    }

    @Override
    public void close() {
        rows.close();
    }
}
