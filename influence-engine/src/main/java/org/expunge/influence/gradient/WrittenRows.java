package org.expunge.influence.gradient;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.network.ParametricLayer;
import org.expunge.influence.network.Slot;
import org.jspecify.annotations.Nullable;

/** The gradients of a layer written out, one row after the other: for convolutions and batch normalisation. */
public final class WrittenRows implements LayerRows {
    private final Compute compute;
    private final int capacity;
    private final int parameters;
    private final Buffer rows;

    WrittenRows(Compute compute, int capacity, int parameters) {
        this.compute = compute;
        this.capacity = capacity;
        this.parameters = parameters;
        this.rows = compute.allocate(Math.multiplyExact(capacity, parameters));
    }

    @Override
    public void store(ParametricLayer layer, Slot slot, Scratch scratch, int from, @Nullable Sums norms, int offset) {
        int batch = slot.batch();
        // a layer may write on either side of a backend's memory: only a tile is moved between them, not the window
        Buffer tile = scratch.buffer(Scratch.ROWS, batch * parameters);
        layer.gradients(slot, Matrix.of(tile, batch, parameters));
        synchronized (this) { // a buffer is written by one thread at a time
            compute.copy(tile, 0, rows, from * parameters, batch * parameters);
        }
        if (norms != null) {
            compute.reductions().rowDots(batch, parameters, tile, tile, norms, offset);
        }
    }

    /** Returns the gradients, {@code capacity × p_l} in the layer's flat order. */
    public Matrix rows() {
        return Matrix.of(rows, capacity, parameters);
    }

    @Override
    public void close() {
        rows.close();
    }
}
