package org.expunge.influence.network.layer;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import org.expunge.influence.compute.Window;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.Layer;
import org.expunge.influence.network.Slot;

/** Flattens an image in row, column, channel order, as DL4J does between the layers of an NHWC net. */
public record ChannelsLast() implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
        checkArgument(inputs.size() == 1, "a permutation takes 1 input, got %s", inputs.size());
        return Shape.flat(inputs.get(0).length());
    }

    @Override
    public void forward(Slot slot) {
        slot.compute().windows().imageToColumns(window(slot.inputShape(0)), slot.batch(), slot.input(0), slot.output());
    }

    @Override
    public void backward(Slot slot) {
        slot.compute()
                .windows()
                .columnsToImage(window(slot.inputShape(0)), slot.batch(), slot.delta(), slot.inputDelta(0));
    }

    @Override
    public void tangent(Slot slot) {
        slot.compute()
                .windows()
                .imageToColumns(window(slot.inputShape(0)), slot.batch(), slot.inputTangent(0), slot.tangent());
    }

    /**
     * Sees the tile {@code [C, H·W, B]} as an image of C rows under windows of one whole row: its columns are
     * {@code [H·W, C, B]}.
     */
    static Window window(Shape image) {
        int pixels = image.height() * image.width();
        return Padding.none().window(new Shape(1, image.channels(), pixels), 1, pixels, 1, 1, 1, 1);
    }
}
