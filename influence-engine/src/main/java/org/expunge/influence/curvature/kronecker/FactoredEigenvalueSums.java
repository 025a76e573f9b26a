package org.expunge.influence.curvature.kronecker;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.network.KroneckerLayer;
import org.expunge.influence.network.Slot;

/**
 * {@code Σ (Q_Sᵀ G Q_A)²} of a dense layer, whose gradients are {@code δ āᵀ}: the rotated factors are squared and
 * multiplied, once a tile whatever the number of labels.
 */
final class FactoredEigenvalueSums implements TileSums {
    private final KroneckerShape shape;
    private final Compute compute;
    private final EigenvectorBuffers vectors;
    private final Buffer inputs;
    private final Buffer rotated;
    private final Buffer deltas;
    private final Buffer product;
    private final double[] staging;
    private final double[] sums;
    private int batch;

    FactoredEigenvalueSums(Compute compute, KroneckerBasis basis, int tile) {
        this.shape = basis.shape();
        this.compute = compute;
        this.vectors = new EigenvectorBuffers(compute, basis);
        this.inputs = compute.allocate(Math.multiplyExact(shape.columns(), tile));
        this.rotated = compute.allocate(Math.multiplyExact(shape.outputs(), tile));
        this.deltas = compute.allocate(Math.multiplyExact(shape.outputs(), tile));
        this.product = compute.allocate(shape.length());
        this.staging = new double[shape.length()];
        this.sums = new double[shape.length()];
    }

    @Override
    public void onInputs(KroneckerLayer layer, Slot slot) {
        batch = slot.batch();
        int columns = shape.columns();
        compute.linear().multiply(1, vectors.inputs(), layer.inputColumns(slot), 0, Matrix.of(inputs, columns, batch));
        if (shape.hasBias()) {
            compute.elements().addBias(columns, batch, vectors.bias(), inputs);
        }
        compute.elements().multiply(columns * batch, inputs, inputs, inputs);
        compute.fill(deltas, 0, shape.outputs() * batch, 0);
    }

    @Override
    public void onDelta(KroneckerLayer layer, Slot slot) {
        int length = shape.outputs() * batch;
        compute.linear()
                .multiply(
                        1, vectors.outputs(), layer.deltaColumns(slot), 0, Matrix.of(rotated, shape.outputs(), batch));
        compute.elements().multiply(length, rotated, rotated, rotated);
        compute.elements().add(length, deltas, rotated, deltas);
    }

    @Override
    public void onEnd() {
        compute.linear()
                .multiply(
                        1,
                        Matrix.of(deltas, shape.outputs(), batch),
                        Matrix.of(inputs, shape.columns(), batch).transposed(),
                        0,
                        Matrix.of(product, shape.outputs(), shape.columns()));
        compute.read(product, 0, staging, 0, staging.length);
        for (int i = 0; i < sums.length; i++) {
            sums[i] += staging[i];
        }
    }

    @Override
    public double[] sums() {
        return sums;
    }

    @Override
    public void close() {
        vectors.close();
        inputs.close();
        rotated.close();
        deltas.close();
        product.close();
    }
}
