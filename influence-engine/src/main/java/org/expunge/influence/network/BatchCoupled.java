package org.expunge.influence.network;

import org.expunge.influence.compute.Sums;

/**
 * A layer whose training pass joins the examples of the whole minibatch. A minibatch is cut into tiles; each tile adds
 * its part to sums, and once all have, each continues with the totals. In inference such a layer is an ordinary one.
 */
public interface BatchCoupled extends Layer {
    /** Returns how many sums the forward pass shares; the backward pass shares as many. */
    int sums(Slot slot);

    /** Adds this tile's part of the forward sums. */
    void addForwardSums(Slot slot, Sums sums);

    /** Finishes the forward pass of a tile. */
    void forward(Slot slot, Sums totals, int examples);

    /** Adds this tile's part of the backward sums; {@link Slot#delta} is known. */
    void addBackwardSums(Slot slot, Sums sums);

    /** Finishes the backward pass of a tile. */
    void backward(Slot slot, Sums totals, int examples);

    /**
     * Moves the running statistics, {@link Slot#statistic}, towards those of the batch.
     *
     * @param slot of any tile
     * @param totals the forward totals
     * @param examples examples in the minibatch
     */
    void updateStatistics(Slot slot, Sums totals, int examples);
}
