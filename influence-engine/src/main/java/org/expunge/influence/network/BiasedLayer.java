package org.expunge.influence.network;

import org.expunge.influence.compute.Buffer;

/**
 * A layer whose forward ends by adding a number to each row of its output, and which can leave that to the activation
 * behind it.
 */
public interface BiasedLayer extends ParametricLayer {
    /** Computes {@link Slot#output} but for the bias. */
    void forwardWithoutBias(Slot slot);

    /** Returns the numbers, one for each channel of the output. */
    Buffer bias(Slot slot);

    @Override
    default void forward(Slot slot) {
        forwardWithoutBias(slot);
        if (hasBias()) {
            int channels = slot.outputShape().channels();
            slot.compute().elements().addBias(channels, slot.outputLength() / channels, bias(slot), slot.output());
        }
    }
}
