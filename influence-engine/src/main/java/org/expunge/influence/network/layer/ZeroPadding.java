package org.expunge.influence.network.layer;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import org.expunge.influence.compute.Window;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.Layer;
import org.expunge.influence.network.Slot;

/**
 * Puts zeros around every channel.
 *
 * @param top rows above, at least 0
 * @param bottom rows below
 * @param left columns left
 * @param right columns right
 */
public record ZeroPadding(int top, int bottom, int left, int right) implements Layer {
    /** Checks the sizes. */
    public ZeroPadding {
        checkArgument(
                top >= 0 && bottom >= 0 && left >= 0 && right >= 0,
                "zero padding %s, %s, %s, %s is negative",
                top,
                bottom,
                left,
                right);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
        checkArgument(inputs.size() == 1, "zero padding takes 1 input, got %s", inputs.size());
        Shape image = inputs.get(0);
        return new Shape(image.channels(), image.height() + top + bottom, image.width() + left + right);
    }

    @Override
    public void forward(Slot slot) {
        slot.compute().windows().imageToColumns(window(slot), slot.batch(), slot.input(0), slot.output());
    }

    @Override
    public void backward(Slot slot) {
        slot.compute().windows().columnsToImage(window(slot), slot.batch(), slot.delta(), slot.inputDelta(0));
    }

    @Override
    public void tangent(Slot slot) {
        slot.compute().windows().imageToColumns(window(slot), slot.batch(), slot.inputTangent(0), slot.tangent());
    }

    /** The columns of a 1 × 1 kernel over a padded image are the padded image. */
    private Window window(Slot slot) {
        return new Padding(false, top, left, bottom, right).window(slot.inputShape(0), 1, 1, 1, 1, 1, 1);
    }
}
