package org.expunge.influence.gradient;

import org.expunge.influence.network.ParametricLayer;
import org.expunge.influence.network.Slot;

/** What one layer shows of the rows of a {@link RowWindow}. */
sealed interface LayerRows extends AutoCloseable permits FactorRows, SparseRows, WrittenRows {
    /**
     * Stores the rows of a tile. Several threads may do so at once for different rows.
     *
     * @param layer the layer
     * @param slot its slot, δ known
     * @param scratch the calling worker's
     * @param from place of the tile's first row
     * @param norms {@code ‖g_b‖²} is added to entry {@code from + b}; left alone if it has no entries
     */
    void store(ParametricLayer layer, Slot slot, Scratch scratch, int from, double[] norms);

    @Override
    void close();
}
