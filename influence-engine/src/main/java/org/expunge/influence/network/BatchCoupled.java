package org.expunge.influence.network;

/**
 * A layer whose training pass joins the examples of the whole minibatch. A minibatch is cut into tiles; each tile adds
 * its part to sums, and once all have, each continues with the totals. In inference such a layer is an ordinary one.
 */
public interface BatchCoupled extends Layer {
    /** Returns how many sums the forward pass shares; the backward pass shares as many. */
    int sums(Slot slot);

    /** Adds this tile's part of the forward sums. */
    void addForwardSums(Slot slot, double[] sums);

    /** Finishes the forward pass of a tile. */
    void forward(Slot slot, double[] totals, int examples);

    /** Adds this tile's part of the backward sums; {@link Slot#delta} is known. */
    void addBackwardSums(Slot slot, double[] sums);

    /** Finishes the backward pass of a tile. */
    void backward(Slot slot, double[] totals, int examples);

    /**
     * Moves the running statistics towards those of the batch.
     *
     * @param totals the forward totals
     * @param examples examples in the minibatch
     * @param statistics this layer's statistics, one array for each tensor, updated
     */
    void updateStatistics(Slot slot, double[] totals, int examples, double[][] statistics);
}
