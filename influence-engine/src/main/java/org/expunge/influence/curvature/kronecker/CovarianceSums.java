package org.expunge.influence.curvature.kronecker;

import java.util.Arrays;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.Sums;
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
    private final Sums sums;
    private long seen;
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
        this.product = compute.allocate(Math.multiplyExact(side, side));
        this.sums = compute.sums(Math.addExact(Math.multiplyExact(columns, columns), outputs * outputs));
        this.inputs = isNarrow ? new ColumnWindow(compute, columns, shape.hasBias(), tile) : null;
        this.deltas = isNarrow ? new ColumnWindow(compute, outputs, false, tile) : null;
    }

    @Override
    public void onInputs(KroneckerLayer layer, Slot slot) {
        addInputs(layer.inputColumns(slot));
    }

    /** Adds input columns, {@code in × columns}, dense and from the start of their buffer. */
    void addInputs(Matrix a) {
        seen += a.columns();
        if (inputs != null) {
            add(inputs, a, 0, shape.columns());
            return;
        }
        int columns = shape.columns();
        addSquare(a, 0, columns);
        if (shape.hasBias()) {
            compute.reductions().rowSums(shape.inputs(), a.columns(), a.buffer(), sums, shape.inputs() * columns);
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

    /** Adds {@code X Xᵀ} at {@code offset}, in rows of {@code stride} numbers; its lower triangle counts. */
    private void addSquare(Matrix x, int offset, int stride) {
        int rows = x.rows();
        compute.linear().square(x, product);
        compute.reductions().addMatrix(rows, rows, product, sums, offset, stride);
    }

    @Override
    public double[] sums() {
        int columns = shape.columns();
        flush(inputs, 0, columns);
        flush(deltas, columns * columns, shape.outputs());
        double[] found = Arrays.copyOf(sums.toArray(), sums.length() + 1);
        found[sums.length()] = seen;
        if (inputs == null && shape.hasBias()) {
            found[columns * columns - 1] = seen;
        }
        mirror(found, 0, columns);
        mirror(found, columns * columns, shape.outputs());
        return found;
    }

    private static void mirror(double[] sums, int offset, int rows) {
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < i; j++) {
                sums[offset + j * rows + i] = sums[offset + i * rows + j];
            }
        }
    }

    @Override
    public void close() {
        product.close();
        sums.close();
        if (inputs != null && deltas != null) {
            inputs.close();
            deltas.close();
        }
    }
}
