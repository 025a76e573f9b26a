package org.expunge.influence.network.layer;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.Window;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.Layer;
import org.expunge.influence.network.Slot;

/**
 * Pools a sequence over the positions that hold a token: takes a sequence {@code C × 1 × T} and, as second input, the
 * token numbers {@code 1 × 1 × T}; position t counts if its token is not 0, which is padding. Puts out C numbers, those
 * of DL4J's GlobalPoolingLayer where it is given the mask "token is not 0".
 *
 * <p>In an example that is padding alone, the first position counts (DL4J divides by 0 there).
 *
 * <p><b>Cost.</b> A few operations an element.
 *
 * @param kind maximum, mean or sum
 */
public record MaskedPooling(PoolingKind kind) implements Layer {
    private static final int WEIGHTS = 0;
    private static final int CHOSEN = 1;
    private static final int PENALTIES = 2;
    private static final int ONES = 3;
    private static final int TEMPORARY = 0;

    /** Below every number that a network puts out, and within the range of a float. */
    private static final double LOW = -1e30;

    @Override
    public Shape outputShape(List<Shape> inputs) {
        checkArgument(inputs.size() == 2, "masked pooling takes a sequence and its tokens, got inputs %s", inputs);
        Shape sequence = inputs.get(0);
        checkArgument(
                sequence.height() == 1 && inputs.get(1).equals(new Shape(1, 1, sequence.width())),
                "masked pooling takes a sequence C × 1 × T and tokens 1 × 1 × T, got %s",
                inputs);
        return Shape.flat(sequence.channels());
    }

    @Override
    public void forward(Slot slot) {
        Compute compute = slot.compute();
        double[] weights = weights(slot);
        compute.write(weights, 0, weightBuffer(slot), 0, weights.length);
        if (kind != PoolingKind.MAX) {
            sum(slot, slot.input(0), slot.output());
            return;
        }
        Buffer masked = slot.temporary(TEMPORARY, slot.inputShape(0).length());
        compute.elements().multiplyRows(channels(slot), weights.length, slot.input(0), weightBuffer(slot), masked);
        addPenalties(slot, weights, masked);
        compute.windows().maxPool(window(slot), slot.batch(), masked, slot.output(), chosen(slot));
    }

    @Override
    public boolean isReplayable() {
        return false; // weights are made on the host
    }

    @Override
    public void backward(Slot slot) {
        Compute compute = slot.compute();
        if (slot.needsInputDelta(1)) {
            compute.fill(slot.inputDelta(1), 0, positions(slot), 0);
        }
        if (!slot.needsInputDelta(0)) {
            return;
        }
        Buffer to = slot.inputDelta(0);
        if (kind == PoolingKind.MAX) {
            compute.windows().maxPoolBackward(window(slot), slot.batch(), chosen(slot), slot.delta(), to);
            return;
        }
        compute.windows().averagePoolBackward(window(slot), slot.batch(), true, slot.delta(), to);
        compute.linear().scale(channels(slot) * positions(slot), length(slot), to);
        compute.elements().multiplyRows(channels(slot), positions(slot), to, weightBuffer(slot), to);
    }

    @Override
    public void tangent(Slot slot) {
        if (kind == PoolingKind.MAX) {
            slot.compute()
                    .windows()
                    .maxPoolGather(window(slot), slot.batch(), chosen(slot), slot.inputTangent(0), slot.tangent());
        } else {
            sum(slot, slot.inputTangent(0), slot.tangent());
        }
    }

    /** Writes the weighted sum over positions. */
    private void sum(Slot slot, Buffer from, Buffer to) {
        Compute compute = slot.compute();
        Buffer weighted = slot.temporary(TEMPORARY, slot.inputShape(0).length());
        compute.elements().multiplyRows(channels(slot), positions(slot), from, weightBuffer(slot), weighted);
        compute.reductions().groupSums(channels(slot), length(slot), slot.batch(), weighted, 0, to);
    }

    /** Takes masked positions, by then 0, out of the contest for the maximum. */
    private static void addPenalties(Slot slot, double[] weights, Buffer masked) {
        Compute compute = slot.compute();
        double[] penalties = new double[weights.length];
        for (int j = 0; j < weights.length; j++) {
            penalties[j] = weights[j] == 0 ? LOW : 0;
        }
        Buffer row = slot.scratch(PENALTIES, length(slot));
        compute.write(penalties, 0, row, 0, penalties.length);
        Buffer ones = slot.fixedScratch(ONES, channels(slot));
        compute.fill(ones, 0, channels(slot), 1);
        compute.linear()
                .multiply(
                        1,
                        Matrix.of(ones, channels(slot), 1),
                        Matrix.of(row, 1, penalties.length),
                        1,
                        Matrix.of(masked, channels(slot), penalties.length));
    }

    /** Returns how much each position counts: 0 for padding, else 1, or one over their number for a mean. */
    private double[] weights(Slot slot) {
        int batch = slot.batch();
        double[] weights = new double[positions(slot)];
        slot.compute().read(slot.input(1), 0, weights, 0, weights.length);
        for (int b = 0; b < batch; b++) {
            int counted = 0;
            for (int j = b; j < weights.length; j += batch) {
                weights[j] = weights[j] == 0 ? 0 : 1;
                counted += (int) weights[j];
            }
            if (counted == 0) {
                weights[b] = 1;
            }
            for (int j = b; j < weights.length && kind == PoolingKind.AVERAGE; j += batch) {
                weights[j] /= Math.max(1, counted);
            }
        }
        return weights;
    }

    private static Buffer weightBuffer(Slot slot) {
        return slot.scratch(WEIGHTS, length(slot));
    }

    private static Buffer chosen(Slot slot) {
        return slot.scratch(CHOSEN, slot.outputShape().length());
    }

    /** One window over the whole sequence. */
    private static Window window(Slot slot) {
        return Padding.none().window(slot.inputShape(0), 1, length(slot), 1, 1, 1, 1);
    }

    private static int channels(Slot slot) {
        return slot.inputShape(0).channels();
    }

    private static int length(Slot slot) {
        return slot.inputShape(0).width();
    }

    private static int positions(Slot slot) {
        return length(slot) * slot.batch();
    }
}
