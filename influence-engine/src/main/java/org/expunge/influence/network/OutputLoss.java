package org.expunge.influence.network;

import org.expunge.influence.compute.Sums;

/**
 * What a training pass lowers: a value of each example, with its derivative at the logits. Called by several workers at
 * once, each with its own pass.
 */
@FunctionalInterface
public interface OutputLoss {
    /** The network's loss of each example against its own target. */
    OutputLoss OWN = (pass, minibatch, from, values) -> {
        pass.losses(values, from);
        pass.lossDelta();
    };

    /**
     * Writes the values of a tile, and their derivatives into {@link Pass#outputDelta}. The step follows the mean of
     * these derivatives over the minibatch.
     *
     * @param pass the tile, loaded and forwarded: its example {@code b} is {@code minibatch[from + b]}
     * @param minibatch rows of the whole minibatch, indices into the data; not to be changed
     * @param from position of the tile's first example in the minibatch
     * @param values by position in the minibatch, where the pass computes; the tile's are written. Reading them here
     *     would make every tile wait for the device
     */
    void differentiate(Pass pass, int[] minibatch, int from, Sums values);
}
