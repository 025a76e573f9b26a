package org.expunge.influence.network.layer;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.Layer;
import org.expunge.influence.network.Slot;
import org.expunge.influence.network.TrainingStep;

/**
 * Inverted dropout: in training every unit is kept with probability {@code keep} and then divided by it; in inference
 * nothing happens. The mask depends on the step's seed, the node and the example's index in the minibatch, not on tiles
 * or workers.
 *
 * @param keep probability of keeping a unit, in (0, 1]; what DL4J's configuration calls dropOut
 */
public record Dropout(double keep) implements Layer {
    private static final int MASK = 0;
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    /** Checks the probability. */
    public Dropout {
        checkArgument(keep > 0 && keep <= 1, "the probability of keeping a unit must be in (0, 1], got %s", keep);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
        checkArgument(inputs.size() == 1, "dropout takes 1 input, got %s", inputs.size());
        return inputs.get(0);
    }

    @Override
    public void forward(Slot slot) {
        TrainingStep step = slot.training();
        if (step != null) {
            long seed = step.seed() + GOLDEN * (slot.node() + 1L);
            slot.compute()
                    .elements()
                    .dropoutMask(
                            slot.outputShape().length(), slot.batch(), keep, seed, step.firstExample(), mask(slot));
        }
        masked(slot, slot.input(0), slot.output());
    }

    /** {@inheritDoc} A mask is drawn from the step's seed. */
    @Override
    public boolean isReplayableInTraining() {
        return false;
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
        if (slot.training() == null) {
            slot.compute().copy(from, 0, to, 0, slot.outputLength());
        } else {
            slot.compute().elements().multiply(slot.outputLength(), from, mask(slot), to);
        }
    }

    private static Buffer mask(Slot slot) {
        return slot.scratch(MASK, slot.outputShape().length());
    }
}
