package org.expunge.influence.network.layer;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.Layer;
import org.expunge.influence.network.Slot;

/**
 * Reads a flat row in row, column, channel order as an image: the inverse of {@link ChannelsLast}.
 *
 * @param target the image, as long as the input
 */
public record ChannelsFirst(Shape target) implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
        checkArgument(inputs.size() == 1, "a permutation takes 1 input, got %s", inputs.size());
        checkArgument(
                inputs.get(0).length() == target.length(),
                "an input of %s has %s numbers and cannot become %s",
                inputs.get(0),
                inputs.get(0).length(),
                target);
        return target;
    }

    @Override
    public void forward(Slot slot) {
        slot.compute()
                .windows()
                .columnsToImage(ChannelsLast.window(target), slot.batch(), slot.input(0), slot.output());
    }

    @Override
    public void backward(Slot slot) {
        slot.compute()
                .windows()
                .imageToColumns(ChannelsLast.window(target), slot.batch(), slot.delta(), slot.inputDelta(0));
    }

    @Override
    public void tangent(Slot slot) {
        slot.compute()
                .windows()
                .columnsToImage(ChannelsLast.window(target), slot.batch(), slot.inputTangent(0), slot.tangent());
    }
}
