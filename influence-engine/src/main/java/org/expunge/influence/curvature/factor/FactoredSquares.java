package org.expunge.influence.curvature.factor;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.network.ParametricLayer;
import org.expunge.influence.network.Slot;

/**
 * {@code Σ g²} of a dense layer, whose gradients are {@code δ aᵀ} and {@code δ}: squared derivatives, summed over
 * labels, times squared inputs, once a tile. No gradient is written.
 */
final class FactoredSquares implements LayerSums {
    private final Compute compute;
    private final int outputs;
    private final int inputs;
    private final boolean hasBias;
    private final Buffer squaredInputs;
    private final Buffer square;
    private final Buffer squaredDeltas;
    private final Buffer product;
    private final Sums sums;
    private int batch;

    FactoredSquares(Compute compute, int outputs, int inputs, boolean hasBias, int tile) {
        this.compute = compute;
        this.outputs = outputs;
        this.inputs = inputs;
        this.hasBias = hasBias;
        this.squaredInputs = compute.allocate(Math.multiplyExact(inputs, tile));
        this.square = compute.allocate(Math.multiplyExact(outputs, tile));
        this.squaredDeltas = compute.allocate(Math.multiplyExact(outputs, tile));
        this.product = compute.allocate(Math.multiplyExact(outputs, inputs));
        this.sums = compute.sums(outputs * inputs + (hasBias ? outputs : 0));
    }

    @Override
    public void onDelta(ParametricLayer layer, Slot slot) {
        int length = outputs * slot.batch();
        boolean isFirst = batch == 0;
        if (isFirst) {
            batch = slot.batch();
            compute.elements().multiply(inputs * batch, slot.input(0), slot.input(0), squaredInputs);
        }
        Buffer to = isFirst ? squaredDeltas : square;
        compute.elements().multiply(length, slot.delta(), slot.delta(), to);
        if (!isFirst) {
            compute.elements().add(length, squaredDeltas, square, squaredDeltas);
        }
    }

    @Override
    public void onEnd() {
        compute.linear()
                .multiply(
                        1,
                        Matrix.of(squaredDeltas, outputs, batch),
                        Matrix.of(squaredInputs, inputs, batch).transposed(),
                        0,
                        Matrix.of(product, outputs, inputs));
        compute.reductions().addMatrix(1, product.length(), product, sums, 0, product.length());
        if (hasBias) {
            compute.reductions().rowSums(outputs, batch, squaredDeltas, sums, outputs * inputs);
        }
        batch = 0;
    }

    @Override
    public double[] sums() {
        return sums.toArray();
    }

    @Override
    public void close() {
        squaredInputs.close();
        square.close();
        squaredDeltas.close();
        product.close();
        sums.close();
    }
}
