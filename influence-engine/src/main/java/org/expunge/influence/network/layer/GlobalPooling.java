package org.expunge.influence.network.layer;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.Layer;
import org.expunge.influence.network.Slot;

/**
 * Pools every channel over the whole image into a flat row, as DL4J's GlobalPoolingLayer.
 *
 * @param kind maximum, mean or sum
 */
public record GlobalPooling(PoolingKind kind) implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
        checkArgument(inputs.size() == 1, "global pooling takes 1 input, got %s", inputs.size());
        return Shape.flat(inputs.get(0).channels());
    }

    @Override
    public void forward(Slot slot) {
        pooling(slot).forward(slot);
    }

    @Override
    public void backward(Slot slot) {
        pooling(slot).backward(slot);
    }

    @Override
    public void tangent(Slot slot) {
        pooling(slot).tangent(slot);
    }

    private Pooling2D pooling(Slot slot) {
        Shape image = slot.inputShape(0);
        return new Pooling2D(kind, image.height(), image.width(), 1, 1, Padding.none(), 1, 1, false);
    }
}
