package org.expunge.influence.gradient;

import org.expunge.influence.compute.Sums;

/** One layer's part of some directions. Read by several threads. */
sealed interface LayerDirections extends AutoCloseable permits DenseDirections, LowRankDirections, WrittenDirections {
    /**
     * Adds the products of the rows of a window with all directions, without waiting for the device.
     *
     * @param window the rows
     * @param node the layer's node
     * @param scratch the calling worker's
     * @param dots {@code ⟨g_b, v_q⟩} is added to number {@code q · capacity + b}; numbers of rows that the window does
     *     not hold receive anything
     */
    void contract(RowWindow window, int node, Scratch scratch, Sums dots);

    @Override
    void close();
}
