package org.expunge.influence.network;

import org.expunge.influence.compute.Buffer;

/** A layer that can add a {@link BiasedLayer}'s bias to its input on the way. */
public interface ActivationAfterBias extends Layer {
    /**
     * Adds {@code bias} to the rows of the input, one number for each channel, and computes {@link Slot#output} from
     * the sums.
     */
    void forwardWithBias(Slot slot, Buffer bias);
}
