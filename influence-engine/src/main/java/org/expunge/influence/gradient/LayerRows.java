package org.expunge.influence.gradient;

import org.expunge.influence.compute.Sums;
import org.expunge.influence.network.ParametricLayer;
import org.expunge.influence.network.Slot;
import org.jspecify.annotations.Nullable;

/** What one layer shows of the rows of a {@link RowWindow}. */
sealed interface LayerRows extends AutoCloseable permits FactorRows, SparseRows, WrittenRows {
    /**
     * Stores the rows of a tile. Several threads may do so at once for different rows.
     *
     * @param layer the layer
     * @param slot its slot, δ known
     * @param scratch the calling worker's
     * @param from place of the tile's first row
     * @param norms {@code ‖g_b‖²} is added to number {@code offset + b}; null if nobody asks
     * @param offset index of the tile's first norm
     */
    void store(ParametricLayer layer, Slot slot, Scratch scratch, int from, @Nullable Sums norms, int offset);

    @Override
    void close();
}
