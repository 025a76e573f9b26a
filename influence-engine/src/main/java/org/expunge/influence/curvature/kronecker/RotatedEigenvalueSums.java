package org.expunge.influence.curvature.kronecker;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.LinearKernels;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.network.KroneckerLayer;
import org.expunge.influence.network.Slot;

/**
 * {@code Σ (Q_Sᵀ G Q_A)²} of a layer with several positions: δ is rotated first, then each example's gradient is summed
 * over positions, and the gradients of a whole tile are rotated by {@code Q_A} and squared in one kernel.
 */
final class RotatedEigenvalueSums implements TileSums {
    private static final int TEMPORARY_DELTAS = 5;
    private static final int TEMPORARY_BIASES = 6;
    private static final int TEMPORARY_BIAS_ROWS = 7;

    private final KroneckerShape shape;
    private final Compute compute;
    private final EigenvectorBuffers vectors;
    private final Buffer one;
    private final Buffer gradients;
    private final Sums sums;

    RotatedEigenvalueSums(Compute compute, KroneckerBasis basis, int tile) {
        this.shape = basis.shape();
        this.compute = compute;
        this.vectors = new EigenvectorBuffers(compute, basis);
        this.one = compute.of(1);
        this.gradients = compute.allocate(Math.multiplyExact(shape.length(), tile));
        this.sums = compute.sums(shape.length());
    }

    @Override
    public void onInputs(KroneckerLayer layer, Slot slot) {
        // the layer keeps its inputs for the gradients
    }

    @Override
    public void onDelta(KroneckerLayer layer, Slot slot) {
        int batch = slot.batch();
        int rows = batch * shape.outputs();
        int columns = shape.columns();
        Matrix delta = layer.deltaColumns(slot);
        int positions = delta.columns() / batch;
        Buffer deltas = slot.temporary(TEMPORARY_DELTAS, shape.outputs() * positions);
        Matrix rotatedDelta = Matrix.of(deltas, shape.outputs(), delta.columns());
        LinearKernels linear = compute.linear();
        linear.multiply(1, vectors.outputs(), delta, 0, rotatedDelta);
        layer.weightGradients(slot, rotatedDelta, new Matrix(gradients, 0, rows, shape.inputs(), columns, false));
        if (shape.hasBias()) {
            addBiases(slot, deltas, positions);
        }
        linear.addSquaredProducts(
                batch,
                Matrix.of(gradients, shape.outputs(), columns),
                shape.length(),
                vectors.all().transposed(),
                sums,
                0);
    }

    /** Writes the sum of δ over positions behind the gradient of each output. */
    private void addBiases(Slot slot, Buffer deltas, int positions) {
        int batch = slot.batch();
        int outputs = shape.outputs();
        Buffer biases = slot.temporary(TEMPORARY_BIASES, outputs);
        Buffer byExample = slot.temporary(TEMPORARY_BIAS_ROWS, outputs);
        compute.reductions().groupSums(outputs, positions, batch, deltas, 0, biases);
        compute.linear().transpose(outputs, batch, biases, byExample);
        compute.linear()
                .multiply(
                        1,
                        Matrix.of(byExample, batch * outputs, 1),
                        Matrix.of(one, 1, 1),
                        0,
                        new Matrix(gradients, shape.inputs(), batch * outputs, 1, shape.columns(), false));
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
        vectors.close();
        one.close();
        gradients.close();
        sums.close();
    }
}
