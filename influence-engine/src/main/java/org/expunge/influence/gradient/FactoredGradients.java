package org.expunge.influence.gradient;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.LinearKernels;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.network.ParametricLayer;
import org.expunge.influence.network.Slot;

/**
 * {@code g_q = δ_q ⊗ (a_q, 1)}, kept as its factors: {@code A} is {@code in × m}, {@code D} is {@code out × m}. A
 * tile's products are {@code (δᵀ D) ∘ (aᵀ A + 1)}: 2(in + out) FLOP a pair.
 */
final class FactoredGradients implements LayerGradients {
    private final Compute compute;
    private final int examples;
    private final int inputs;
    private final int outputs;
    private final boolean wantsNorms;
    private final Buffer a;
    private final Buffer d;
    private final double[] squaredNorms;

    FactoredGradients(Compute compute, int examples, int inputs, int outputs, boolean wantsNorms) {
        this.compute = compute;
        this.examples = examples;
        this.inputs = inputs;
        this.outputs = outputs;
        this.wantsNorms = wantsNorms;
        this.a = compute.allocate(Math.multiplyExact(inputs, examples));
        this.d = compute.allocate(Math.multiplyExact(outputs, examples));
        this.squaredNorms = new double[examples];
    }

    @Override
    public void store(ParametricLayer layer, Slot slot, Scratch scratch, int from) {
        synchronized (this) { // a buffer is written by one thread at a time
            copyColumns(slot.input(0), inputs, slot.batch(), a, from);
            copyColumns(slot.delta(), outputs, slot.batch(), d, from);
        }
        if (wantsNorms) {
            layer.addSquaredNorms(slot, squaredNorms, from);
        }
    }

    private void copyColumns(Buffer tile, int rows, int batch, Buffer to, int from) {
        for (int r = 0; r < rows; r++) {
            compute.copy(tile, r * batch, to, r * examples + from, batch);
        }
    }

    @Override
    public void contract(ParametricLayer layer, Slot slot, Scratch scratch, double[] dots, double[] norms) {
        int batch = slot.batch();
        int pairs = batch * examples;
        Buffer inputProducts = scratch.buffer(Scratch.INPUT_PRODUCTS, pairs);
        Buffer deltaProducts = scratch.buffer(Scratch.DELTA_PRODUCTS, pairs);
        LinearKernels linear = compute.linear();
        if (layer.hasBias()) {
            compute.fill(inputProducts, 0, pairs, 1);
        }
        linear.multiply(
                1,
                Matrix.of(slot.input(0), inputs, batch).transposed(),
                Matrix.of(a, inputs, examples),
                layer.hasBias() ? 1 : 0,
                Matrix.of(inputProducts, batch, examples));
        linear.multiply(
                1,
                Matrix.of(slot.delta(), outputs, batch).transposed(),
                Matrix.of(d, outputs, examples),
                0,
                Matrix.of(deltaProducts, batch, examples));
        compute.elements().multiply(pairs, inputProducts, deltaProducts, deltaProducts);
        scratch.addTo(deltaProducts, pairs, dots);
        if (wantsNorms) {
            layer.addSquaredNorms(slot, norms, 0);
        }
    }

    @Override
    public double[] squaredNorms() {
        return squaredNorms;
    }

    @Override
    public void close() {
        a.close();
        d.close();
    }
}
