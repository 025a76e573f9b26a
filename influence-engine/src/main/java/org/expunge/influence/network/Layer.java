package org.expunge.influence.network;

import java.util.List;
import org.expunge.influence.data.Shape;

/**
 * A layer: its configuration and what it does to the {@link Slot} of one pass. Immutable and shared; everything that
 * changes lives in the slot.
 *
 * <p>Backward and tangent follow the last {@link #forward} of the same slot. Derivatives are per example: nothing is
 * divided by the batch. The tangent of the backward pass is {@link #backward} once more, on {@code δ̇}, and
 * {@link #addBackwardTangent}.
 */
public interface Layer {
    /**
     * Returns the shape of the output.
     *
     * @param inputs shapes of the inputs, in order
     * @throws IllegalArgumentException if the layer cannot take them; the message says why
     */
    Shape outputShape(List<Shape> inputs);

    /** Returns the trainable tensors, in DL4J's order; none by default. */
    default List<TensorSpec> parameters(List<Shape> inputs) {
        return List.of();
    }

    /** Returns tensors that training updates without a gradient (running statistics); none by default. */
    default List<TensorSpec> statistics(List<Shape> inputs) {
        return List.of();
    }

    /** Computes {@link Slot#output} from the inputs. */
    void forward(Slot slot);

    /**
     * Returns whether all that this layer does in inference is kernels alone that are given the same buffers, lengths
     * and numbers for every full tile, so that it may be {@linkplain org.expunge.influence.compute.Compute#replay
     * replayed}; not so if numbers go from or to the host.
     */
    default boolean isReplayable() {
        return true;
    }

    /** Returns whether the same holds in training, whose seed differs from step to step. */
    default boolean isReplayableInTraining() {
        return isReplayable();
    }

    /**
     * Writes {@link Slot#inputDelta} of every input that {@link Slot#needsInputDelta needs} it, from
     * {@link Slot#delta}.
     */
    void backward(Slot slot);

    /**
     * Writes {@link Slot#tangent}: the derivative of the output along the inputs' tangents and, for a layer with
     * parameters, along {@link Slot#parameterTangent}.
     */
    void tangent(Slot slot);

    /**
     * Adds {@code J̇ᵀ δ} to {@link Slot#inputDelta} of every input that needs it, where {@code J̇} is the change of
     * this layer's Jacobian along the last {@link #tangent} and δ is {@link Slot#plainDelta}. Called after
     * {@link #backward} has written {@code Jᵀ δ̇} there. A layer that is linear and has no parameters, and one that is
     * piecewise so, adds nothing.
     */
    default void addBackwardTangent(Slot slot) {}
}
