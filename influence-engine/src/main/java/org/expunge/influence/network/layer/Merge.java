package org.expunge.influence.network.layer;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import java.util.function.IntFunction;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.Layer;
import org.expunge.influence.network.Slot;

/** Puts the channels of its inputs behind each other, in order, as DL4J's MergeVertex. */
public record Merge() implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
        checkArgument(!inputs.isEmpty(), "a merge takes at least 1 input");
        Shape first = inputs.get(0);
        int channels = 0;
        for (Shape shape : inputs) {
            checkArgument(
                    shape.height() == first.height() && shape.width() == first.width(),
                    "inputs of a merge have different images: %s",
                    inputs);
            channels += shape.channels();
        }
        return new Shape(channels, first.height(), first.width());
    }

    @Override
    public void forward(Slot slot) {
        join(slot, slot::input, slot.output());
    }

    @Override
    public void backward(Slot slot) {
        int from = 0;
        for (int i = 0; i < slot.inputCount(); i++) {
            int length = slot.inputShape(i).length() * slot.batch();
            if (slot.needsInputDelta(i)) {
                slot.compute().copy(slot.delta(), from, slot.inputDelta(i), 0, length);
            }
            from += length;
        }
    }

    @Override
    public void tangent(Slot slot) {
        join(slot, slot::inputTangent, slot.tangent());
    }

    private static void join(Slot slot, IntFunction<Buffer> inputs, Buffer to) {
        int at = 0;
        for (int i = 0; i < slot.inputCount(); i++) {
            int length = slot.inputShape(i).length() * slot.batch();
            slot.compute().copy(inputs.apply(i), 0, to, at, length);
            at += length;
        }
    }
}
