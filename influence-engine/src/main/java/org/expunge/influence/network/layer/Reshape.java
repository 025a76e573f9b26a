package org.expunge.influence.network.layer;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.Layer;
import org.expunge.influence.network.Slot;

/**
 * Gives the same numbers, in channel, row, column order, another shape: flattening, and DL4J's preprocessors between
 * dense and convolutional layers.
 *
 * @param target the shape of the output, as long as the input
 */
public record Reshape(Shape target) implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
        checkArgument(inputs.size() == 1, "a reshape takes 1 input, got %s", inputs.size());
        Shape from = inputs.get(0);
        checkArgument(
                from.length() == target.length(),
                "an input of %s has %s numbers and cannot become %s",
                from,
                from.length(),
                target);
        return target;
    }

    @Override
    public void forward(Slot slot) {
        slot.compute().copy(slot.input(0), 0, slot.output(), 0, slot.outputLength());
    }

    @Override
    public void backward(Slot slot) {
        slot.compute().copy(slot.delta(), 0, slot.inputDelta(0), 0, slot.outputLength());
    }

    @Override
    public void tangent(Slot slot) {
        slot.compute().copy(slot.inputTangent(0), 0, slot.tangent(), 0, slot.outputLength());
    }
}
