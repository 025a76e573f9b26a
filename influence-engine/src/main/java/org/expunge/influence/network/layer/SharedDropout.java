package org.expunge.influence.network.layer;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.ElementKernels;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.Layer;
import org.expunge.influence.network.Slot;

/**
 * Inverted dropout with one mask for all examples, in inference too: a fixed sub-network of the one that was trained.
 * Every unit is kept with probability {@code keep} and then divided by it; what is kept depends on the seed only.
 *
 * @param keep probability of keeping a unit, in (0, 1]
 * @param seed decides which units are kept
 */
public record SharedDropout(double keep, long seed) implements Layer {
    private static final int MASK = 0;
    private static final int ZERO = 1;

    /** Checks the probability. */
    public SharedDropout {
        checkArgument(keep > 0 && keep <= 1, "the probability of keeping a unit must be in (0, 1], got %s", keep);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
        checkArgument(inputs.size() == 1, "dropout takes 1 input, got %s", inputs.size());
        return inputs.get(0);
    }

    @Override
    public void forward(Slot slot) {
        int units = slot.outputShape().length();
        slot.compute().elements().dropoutMask(units, 1, keep, seed, 0, slot.fixedScratch(MASK, units));
        masked(slot, slot.input(0), slot.output());
    }

    @Override
    public void backward(Slot slot) {
        masked(slot, slot.delta(), slot.inputDelta(0));
    }

    @Override
    public void tangent(Slot slot) {
        masked(slot, slot.inputTangent(0), slot.tangent());
    }

    private static void masked(Slot slot, Buffer from, Buffer to) {
        int units = slot.outputShape().length();
        ElementKernels elements = slot.compute().elements();
        Buffer zero = slot.fixedScratch(ZERO, units);
        elements.scaleShift(units, slot.batch(), slot.fixedScratch(MASK, units), zero, from, to);
    }
}
