package org.expunge.influence.curvature.kronecker;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.network.KroneckerLayer;
import org.expunge.influence.network.Slot;

/**
 * {@code Σ ā āᵀ} and {@code Σ δ δᵀ} over rows and positions, one behind the other, each tile's product in the compute's
 * precision and the sum over tiles in double. Last comes the number of input columns seen.
 */
final class CovarianceSums implements TileSums {
    private final KroneckerShape shape;
    private final Compute compute;
    private final Buffer product;
    private final double[] staging;
    private final double[] sums;

    CovarianceSums(Compute compute, KroneckerShape shape) {
        this.shape = shape;
        this.compute = compute;
        int columns = shape.columns();
        int inputs = shape.inputs();
        int outputs = shape.outputs();
        this.staging = new double[Math.max(Math.multiplyExact(inputs, inputs), Math.multiplyExact(outputs, outputs))];
        this.product = compute.allocate(staging.length);
        this.sums = new double[Math.addExact(Math.multiplyExact(columns, columns), outputs * outputs + 1)];
    }

    @Override
    public void onInputs(KroneckerLayer layer, Slot slot) {
        addInputs(layer.inputColumns(slot));
    }

    /** Adds input columns, {@code in × columns}, dense and from the start of their buffer. */
    void addInputs(Matrix a) {
        int columns = shape.columns();
        addSquare(a, 0, columns);
        sums[sums.length - 1] += a.columns();
        if (shape.hasBias()) {
            double[] means = new double[shape.inputs()];
            compute.reductions().rowSums(shape.inputs(), a.columns(), a.buffer(), means);
            for (int i = 0; i < means.length; i++) {
                sums[shape.inputs() * columns + i] += means[i];
            }
            sums[columns * columns - 1] += a.columns();
        }
    }

    @Override
    public void onDelta(KroneckerLayer layer, Slot slot) {
        addDeltas(layer.deltaColumns(slot));
    }

    /** Adds columns of derivatives, {@code out × columns}. */
    void addDeltas(Matrix delta) {
        addSquare(delta, shape.columns() * shape.columns(), shape.outputs());
    }

    @Override
    public void onEnd() {
        // every product is already in the sums
    }

    /** Adds {@code X Xᵀ} to the lower triangle at {@code offset}, in rows of {@code stride} numbers. */
    private void addSquare(Matrix x, int offset, int stride) {
        int rows = x.rows();
        compute.linear().square(x, product);
        compute.read(product, 0, staging, 0, rows * rows);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j <= i; j++) {
                sums[offset + i * stride + j] += staging[i * rows + j];
            }
        }
    }

    @Override
    public double[] sums() {
        int columns = shape.columns();
        mirror(0, columns);
        mirror(columns * columns, shape.outputs());
        return sums;
    }

    private void mirror(int offset, int rows) {
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < i; j++) {
                sums[offset + j * rows + i] = sums[offset + i * rows + j];
            }
        }
    }

    @Override
    public void close() {
        product.close();
    }
}
