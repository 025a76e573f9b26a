package org.expunge.influence.curvature.kronecker;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.LinearKernels;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.network.KroneckerLayer;
import org.expunge.influence.network.Slot;

/**
 * {@code Σ (Q_Sᵀ G Q_A)²} of a layer with several positions: each example's gradient is summed over positions, then
 * rotated, then squared.
 */
final class RotatedEigenvalueSums implements TileSums {
    private final KroneckerShape shape;
    private final Compute compute;
    private final EigenvectorBuffers vectors;
    private final Buffer gradients;
    private final Buffer left;
    private final Buffer leftBias;
    private final Buffer rotated;
    private final double[] sums;

    RotatedEigenvalueSums(Compute compute, KroneckerBasis basis, int tile) {
        this.shape = basis.shape();
        this.compute = compute;
        this.vectors = new EigenvectorBuffers(compute, basis);
        this.gradients = compute.allocate(Math.multiplyExact(shape.length(), tile));
        this.left = compute.allocate(Math.multiplyExact(shape.outputs() * shape.inputs(), tile));
        this.leftBias = compute.allocate(Math.multiplyExact(shape.outputs(), tile));
        this.rotated = compute.allocate(Math.multiplyExact(shape.length(), tile));
        this.sums = new double[shape.length()];
    }

    @Override
    public void onInputs(KroneckerLayer layer, Slot slot) {
        // the layer keeps its inputs for the gradients
    }

    @Override
    public void onDelta(KroneckerLayer layer, Slot slot) {
        int batch = slot.batch();
        int outputs = shape.outputs();
        int inputs = shape.inputs();
        layer.gradients(slot, Matrix.of(gradients, batch, shape.length()));
        LinearKernels linear = compute.linear();
        linear.multiplyBatch(
                batch,
                1,
                vectors.outputs(),
                0,
                Matrix.at(gradients, shape.weight() - shape.first(), outputs, inputs),
                shape.length(),
                0,
                Matrix.of(left, outputs, inputs),
                outputs * inputs);
        linear.multiplyBatch(
                batch,
                1,
                Matrix.of(left, outputs, inputs),
                outputs * inputs,
                vectors.inputs().transposed(),
                0,
                0,
                Matrix.of(rotated, outputs, shape.columns()),
                shape.length());
        if (shape.hasBias()) {
            addBias(batch);
        }
        compute.reductions().columnDots(batch, shape.length(), rotated, rotated, sums, 0);
    }

    private void addBias(int batch) {
        int outputs = shape.outputs();
        LinearKernels linear = compute.linear();
        linear.multiplyBatch(
                batch,
                1,
                vectors.outputs(),
                0,
                Matrix.at(gradients, shape.bias() - shape.first(), outputs, 1),
                shape.length(),
                0,
                Matrix.of(leftBias, outputs, 1),
                outputs);
        linear.multiplyBatch(
                batch,
                1,
                Matrix.of(leftBias, outputs, 1),
                outputs,
                Matrix.of(vectors.bias(), 1, shape.columns()),
                0,
                1,
                Matrix.of(rotated, outputs, shape.columns()),
                shape.length());
    }

    @Override
    public void onEnd() {
        // every backward pass is already in the sums
    }

    @Override
    public double[] sums() {
        return sums;
    }

    @Override
    public void close() {
        vectors.close();
        gradients.close();
        left.close();
        leftBias.close();
        rotated.close();
    }
}
