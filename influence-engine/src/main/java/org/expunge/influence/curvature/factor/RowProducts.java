package org.expunge.influence.curvature.factor;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.network.ParametricLayer;
import org.expunge.influence.network.Slot;

/**
 * {@code Σ g gᵀ} of a layer, each tile's product, over all its labels, in the compute's precision and the sum over
 * tiles in double.
 */
final class RowProducts implements LayerSums {
    private final Compute compute;
    private final int parameters;
    private final Buffer rows;
    private final Buffer product;
    private final Sums sums;
    private boolean isTileOpen;

    RowProducts(Compute compute, int parameters, int tile) {
        this.compute = compute;
        this.parameters = parameters;
        this.rows = compute.allocate(Math.multiplyExact(parameters, tile));
        this.product = compute.allocate(Math.multiplyExact(parameters, parameters));
        this.sums = compute.sums(product.length());
    }

    @Override
    public void onDelta(ParametricLayer layer, Slot slot) {
        Matrix gradients = Matrix.of(rows, slot.batch(), parameters);
        layer.gradients(slot, gradients);
        int beta = isTileOpen ? 1 : 0;
        compute.linear()
                .multiply(1, gradients.transposed(), gradients, beta, Matrix.of(product, parameters, parameters));
        isTileOpen = true;
    }

    @Override
    public void onEnd() {
        compute.reductions().addMatrix(1, product.length(), product, sums, 0, product.length());
        isTileOpen = false;
    }

    @Override
    public double[] sums() {
        return sums.toArray();
    }

    @Override
    public void close() {
        rows.close();
        product.close();
        sums.close();
    }
}
