package org.expunge.influence.curvature.factor;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.network.ParametricLayer;
import org.expunge.influence.network.Slot;

/** {@code Σ g²} of a layer whose few weights are written out for each example of a tile. */
final class RowSquares implements LayerSums {
    private final Compute compute;
    private final Buffer rows;
    private final Sums sums;

    RowSquares(Compute compute, int parameters, int tile) {
        this.compute = compute;
        this.rows = compute.allocate(Math.multiplyExact(parameters, tile));
        this.sums = compute.sums(parameters);
    }

    @Override
    public void onDelta(ParametricLayer layer, Slot slot) {
        layer.gradients(slot, Matrix.of(rows, slot.batch(), sums.length()));
        compute.reductions().columnDots(slot.batch(), sums.length(), rows, rows, sums, 0);
    }

    @Override
    public void onEnd() {
        // every backward pass is already in the sums
    }

    @Override
    public double[] sums() {
        return sums.toArray();
    }

    @Override
    public void close() {
        rows.close();
        sums.close();
    }
}
