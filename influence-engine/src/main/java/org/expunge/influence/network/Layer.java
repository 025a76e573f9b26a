package org.expunge.influence.network;

import java.util.List;
import org.expunge.influence.data.Shape;

/**
 * A layer: its configuration and what it does to the {@link Slot} of one pass. Immutable and shared; everything that
 * changes lives in the slot.
 *
 * <p>Backward and tangent follow the last {@link #forward} of the same slot. Derivatives are per example: nothing is
 * divided by the batch. The second-order backward pass (tangent of the backward pass) takes its place beside
 * {@link #tangent}.
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
     * Writes {@link Slot#inputDelta} of every input that {@link Slot#needsInputDelta needs} it, from
     * {@link Slot#delta}.
     */
    void backward(Slot slot);

    /**
     * Writes {@link Slot#tangent}: the derivative of the output along the inputs' tangents and, for a layer with
     * parameters, along {@link Slot#parameterTangent}.
     */
    void tangent(Slot slot);
}
