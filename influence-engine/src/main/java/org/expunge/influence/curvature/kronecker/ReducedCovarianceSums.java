package org.expunge.influence.curvature.kronecker;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.network.KroneckerLayer;
import org.expunge.influence.network.Slot;

/**
 * The same sums over rows alone, after each row's inputs are averaged and its derivatives summed over positions: exact
 * where all positions of a row have the same input.
 */
final class ReducedCovarianceSums implements TileSums {
    private final KroneckerShape shape;
    private final Compute compute;
    private final CovarianceSums rows;
    private final Buffer inputs;
    private final Buffer deltas;

    ReducedCovarianceSums(Compute compute, KroneckerShape shape, int tile) {
        this.shape = shape;
        this.compute = compute;
        this.rows = new CovarianceSums(compute, shape, true, tile);
        this.inputs = compute.allocate(Math.multiplyExact(shape.inputs(), tile));
        this.deltas = compute.allocate(Math.multiplyExact(shape.outputs(), tile));
    }

    @Override
    public void onInputs(KroneckerLayer layer, Slot slot) {
        Matrix columns = layer.inputColumns(slot);
        int batch = slot.batch();
        int positions = columns.columns() / batch;
        compute.reductions().groupSums(shape.inputs(), positions, batch, columns.buffer(), 0, inputs);
        compute.linear().scale(shape.inputs() * batch, 1.0 / positions, inputs);
        rows.addInputs(Matrix.of(inputs, shape.inputs(), batch));
    }

    @Override
    public void onDelta(KroneckerLayer layer, Slot slot) {
        Matrix columns = layer.deltaColumns(slot);
        int batch = slot.batch();
        compute.reductions().groupSums(shape.outputs(), columns.columns() / batch, batch, columns.buffer(), 0, deltas);
        rows.addDeltas(Matrix.of(deltas, shape.outputs(), batch));
    }

    @Override
    public void onEnd() {
        rows.onEnd();
    }

    @Override
    public double[] sums() {
        return rows.sums();
    }

    @Override
    public void close() {
        rows.close();
        inputs.close();
        deltas.close();
    }
}
