package org.expunge.influence.gradient;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.network.ParametricLayer;
import org.expunge.influence.network.Slot;
import org.jspecify.annotations.Nullable;

/**
 * The factors {@code ā} (with a trailing 1 if there is a bias) and {@code δ} of a dense layer, a row in each column.
 */
public final class FactorRows implements LayerRows {
    private final Compute compute;
    private final int capacity;
    private final int inputs;
    private final int columns;
    private final int outputs;
    private final Buffer a;
    private final Buffer d;

    FactorRows(Compute compute, int capacity, int inputs, int outputs, boolean hasBias) {
        this.compute = compute;
        this.capacity = capacity;
        this.inputs = inputs;
        this.columns = hasBias ? inputs + 1 : inputs;
        this.outputs = outputs;
        this.a = compute.allocate(Math.multiplyExact(columns, capacity));
        this.d = compute.allocate(Math.multiplyExact(outputs, capacity));
        compute.fill(a, inputs * capacity, (columns - inputs) * capacity, 1);
    }

    @Override
    public void store(ParametricLayer layer, Slot slot, Scratch scratch, int from, @Nullable Sums norms, int offset) {
        synchronized (this) { // a buffer is written by one thread at a time
            copyColumns(slot.input(0), inputs, slot.batch(), a, from);
            copyColumns(slot.delta(), outputs, slot.batch(), d, from);
        }
        if (norms != null) {
            layer.addSquaredNorms(slot, norms, offset);
        }
    }

    private void copyColumns(Buffer tile, int rows, int batch, Buffer to, int from) {
        compute.copy(Matrix.of(tile, rows, batch), new Matrix(to, from, rows, batch, capacity, false));
    }

    /** Returns {@code ā}, {@code (in + 1) × capacity}, or {@code in × capacity} without a bias. */
    public Matrix inputs() {
        return Matrix.of(a, columns, capacity);
    }

    /** Returns {@code δ}, {@code out × capacity}. */
    public Matrix deltas() {
        return Matrix.of(d, outputs, capacity);
    }

    @Override
    public void close() {
        a.close();
        d.close();
    }
}
