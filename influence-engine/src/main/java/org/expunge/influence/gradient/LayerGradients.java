package org.expunge.influence.gradient;

import org.expunge.influence.network.ParametricLayer;
import org.expunge.influence.network.Slot;

/**
 * Stored gradients of one layer for m examples. Filled by {@link #store} from several threads, then read by
 * {@link #contract} from several threads.
 */
sealed interface LayerGradients extends AutoCloseable permits FactoredGradients, RowGradients, SummedGradient {
    /**
     * Stores the examples of a tile.
     *
     * @param layer the layer
     * @param slot its slot, δ known
     * @param scratch the calling worker's
     * @param from index among the m examples of the tile's first
     */
    void store(ParametricLayer layer, Slot slot, Scratch scratch, int from);

    /**
     * Adds the products of a tile's gradients with all stored ones.
     *
     * @param layer the layer
     * @param slot its slot, δ known
     * @param scratch the calling worker's
     * @param dots {@code ⟨g_b, g_q⟩} is added to entry {@code b · m + q}
     * @param norms {@code ‖g_b‖²} is added to entry b, if the view wants norms; else left alone
     */
    void contract(ParametricLayer layer, Slot slot, Scratch scratch, double[] dots, double[] norms);

    /** Returns {@code ‖g_q‖²} of the stored examples; zeros unless the view wants norms. */
    double[] squaredNorms();

    @Override
    void close();
}
