package org.expunge.influence.curvature.factor;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Matrix;
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
    private final double[] staging;
    private final double[] sums;
    private boolean isTileOpen;

    RowProducts(Compute compute, int parameters, int tile) {
        this.compute = compute;
        this.parameters = parameters;
        this.rows = compute.allocate(Math.multiplyExact(parameters, tile));
        this.product = compute.allocate(Math.multiplyExact(parameters, parameters));
        this.staging = new double[parameters * parameters];
        this.sums = new double[parameters * parameters];
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
        compute.read(product, 0, staging, 0, staging.length);
        for (int i = 0; i < sums.length; i++) {
            sums[i] += staging[i];
        }
        isTileOpen = false;
    }

    @Override
    public double[] sums() {
        return sums;
    }

    @Override
    public void close() {
        rows.close();
        product.close();
    }
}
