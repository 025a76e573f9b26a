package org.expunge.influence.gradient;

/** One layer's part of some directions. Read by several threads. */
sealed interface LayerDirections extends AutoCloseable permits DenseDirections, LowRankDirections, WrittenDirections {
    /**
     * Adds the products of the rows of a window with all directions.
     *
     * @param window the rows
     * @param node the layer's node
     * @param scratch the calling worker's
     * @param dots {@code ⟨g_b, v_q⟩} is added to entry {@code q · capacity + b}; entries of rows that the window does
     *     not hold receive anything
     */
    void contract(RowWindow window, int node, Scratch scratch, double[] dots);

    @Override
    void close();
}
