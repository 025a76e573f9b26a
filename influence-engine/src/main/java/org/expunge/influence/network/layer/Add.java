package org.expunge.influence.network.layer;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import java.util.function.IntFunction;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.Layer;
import org.expunge.influence.network.Slot;

/** The sum of two or more inputs of one shape, as DL4J's ElementWiseVertex with Add. */
public record Add() implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
        checkArgument(inputs.size() >= 2, "an addition takes at least 2 inputs, got %s", inputs.size());
        checkArgument(inputs.stream().distinct().count() == 1, "inputs of an addition have shapes %s", inputs);
        return inputs.get(0);
    }

    @Override
    public void forward(Slot slot) {
        sum(slot, slot::input, slot.output());
    }

    @Override
    public void backward(Slot slot) {
        for (int i = 0; i < slot.inputCount(); i++) {
            if (slot.needsInputDelta(i)) {
                slot.compute().copy(slot.delta(), 0, slot.inputDelta(i), 0, slot.outputLength());
            }
        }
    }

    @Override
    public void tangent(Slot slot) {
        sum(slot, slot::inputTangent, slot.tangent());
    }

    private static void sum(Slot slot, IntFunction<Buffer> inputs, Buffer to) {
        Compute compute = slot.compute();
        int length = slot.outputLength();
        compute.elements().add(length, inputs.apply(0), inputs.apply(1), to);
        for (int i = 2; i < slot.inputCount(); i++) {
            compute.elements().add(length, to, inputs.apply(i), to);
        }
    }
}
