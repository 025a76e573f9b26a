package org.expunge.influence.curvature.kronecker;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.network.KroneckerLayer;
import org.expunge.influence.network.Slot;
import org.jspecify.annotations.Nullable;

/**
 * {@code Σ ā āᵀ} and {@code Σ δ δᵀ} over rows and positions, one behind the other, each product in the compute's
 * precision and the sum over products in double. Last comes the number of input columns seen. A product is over a tile
 * of a layer with several positions, and over some hundred rows of another.
 */
final class CovarianceSums implements TileSums {
    private final KroneckerShape shape;
    private final Compute compute;
    private final Buffer product;
    private final double[] staging;
    private final double[] sums;
    private final @Nullable ColumnWindow inputs;
    private final @Nullable ColumnWindow deltas;

    /**
     * Opens empty sums.
     *
     * @param isNarrow whether a row has one column
     * @param tile most rows of a tile
     */
    CovarianceSums(Compute compute, KroneckerShape shape, boolean isNarrow, int tile) {
        this.shape = shape;
        this.compute = compute;
        int columns = shape.columns();
        int outputs = shape.outputs();
        int side = Math.max(columns, outputs);
        this.staging = new double[Math.multiplyExact(side, side)];
        this.product = compute.allocate(staging.length);
        this.sums = new double[Math.addExact(Math.multiplyExact(columns, columns), outputs * outputs + 1)];
        this.inputs = isNarrow ? new ColumnWindow(compute, columns, shape.hasBias(), tile) : null;
        this.deltas = isNarrow ? new ColumnWindow(compute, outputs, false, tile) : null;
    }

    @Override
    public void onInputs(KroneckerLayer layer, Slot slot) {
        addInputs(layer.inputColumns(slot));
    }

    /** Adds input columns, {@code in × columns}, dense and from the start of their buffer. */
    void addInputs(Matrix a) {
        sums[sums.length - 1] += a.columns();
        if (inputs != null) {
            add(inputs, a, 0, shape.columns());
            return;
        }
        int columns = shape.columns();
        addSquare(a, 0, columns);
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

    /** Adds columns of derivatives, {@code out × columns}, dense and from the start of their buffer. */
    void addDeltas(Matrix delta) {
        if (deltas != null) {
            add(deltas, delta, shape.columns() * shape.columns(), shape.outputs());
        } else {
            addSquare(delta, shape.columns() * shape.columns(), shape.outputs());
        }
    }

    @Override
    public void onEnd() {
        // what has not been multiplied yet waits for more rows
    }

    private void add(ColumnWindow window, Matrix tile, int offset, int stride) {
        if (!window.takes(tile.columns())) {
            flush(window, offset, stride);
        }
        window.add(tile.buffer(), tile.rows(), tile.columns());
    }

    private void flush(@Nullable ColumnWindow window, int offset, int stride) {
        if (window != null && !window.isEmpty()) {
            addSquare(window.matrix(), offset, stride);
            window.clear();
        }
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
        flush(inputs, 0, columns);
        flush(deltas, columns * columns, shape.outputs());
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
        if (inputs != null && deltas != null) {
            inputs.close();
            deltas.close();
        }
    }
}
