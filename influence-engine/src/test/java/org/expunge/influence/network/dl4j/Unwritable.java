package org.expunge.influence.network.dl4j;

import java.util.List;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.Layer;
import org.expunge.influence.network.Slot;

/** A layer that DL4J does not have. */
record Unwritable() implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
        return inputs.get(0);
    }

    @Override
    public void forward(Slot slot) {
        throw new UnsupportedOperationException("never run");
    }

    @Override
    public void backward(Slot slot) {
        throw new UnsupportedOperationException("never run");
    }

    @Override
    public void tangent(Slot slot) {
        throw new UnsupportedOperationException("never run");
    }
}
