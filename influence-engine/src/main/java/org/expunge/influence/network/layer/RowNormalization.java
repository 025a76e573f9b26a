package org.expunge.influence.network.layer;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.List;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.Layer;
import org.expunge.influence.network.Slot;

/**
 * {@code y = x / max(‖x‖₂, ε)}, each example by its own norm over all its numbers, as DL4J's L2NormalizeVertex.
 *
 * @param epsilon ε, above 0: a shorter x is divided by it, so that zeros stay zeros
 */
public record RowNormalization(double epsilon) implements Layer {
    /** DL4J's ε. */
    public static final RowNormalization DEFAULT = new RowNormalization(1e-8);

    private static final int INVERSE = 0;
    private static final int COEFFICIENTS = 1;
    private static final int TERM = 0;
    private static final int INPUT_TANGENT = 1;

    /** Checks ε. */
    public RowNormalization {
        checkArgument(epsilon > 0 && Double.isFinite(epsilon), "epsilon must be above 0, got %s", epsilon);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
        checkArgument(inputs.size() == 1, "a normalisation of rows takes 1 input, got %s", inputs.size());
        return inputs.get(0);
    }

    @Override
    public void forward(Slot slot) {
        double[] inverse = dots(slot, slot.input(0), slot.input(0));
        Arrays.setAll(inverse, b -> 1 / Math.max(Math.sqrt(inverse[b]), epsilon));
        write(slot, INVERSE, inverse);
        multiply(slot, slot.input(0), slot.scratch(INVERSE, 1), slot.output());
    }

    @Override
    public boolean isReplayable() {
        return false; // norms are inverted on the host
    }

    @Override
    public void backward(Slot slot) {
        if (slot.needsInputDelta(0)) {
            project(slot, slot.delta(), slot.inputDelta(0));
        }
    }

    @Override
    public void tangent(Slot slot) {
        project(slot, slot.inputTangent(0), slot.tangent());
    }

    /** With {@code J = (I − y yᵀ)/‖x‖}: {@code J̇δ = −((y·ẋ)/‖x‖) Jδ − (ẏ (y·δ) + y (ẏ·δ))/‖x‖}. */
    @Override
    public void addBackwardTangent(Slot slot) {
        if (!slot.needsInputDelta(0)) {
            return;
        }
        Buffer term = slot.temporary(TERM, slot.outputShape().length());
        Buffer tangent = slot.temporary(INPUT_TANGENT, slot.outputShape().length());
        project(slot, slot.inputTangent(0), tangent);
        double[] inverse = inverses(slot);
        double[] along = dots(slot, slot.output(), slot.inputTangent(0));
        double[] delta = dots(slot, slot.output(), slot.plainDelta());
        double[] turned = dots(slot, tangent, slot.plainDelta());
        boolean[] isClipped = clipped(slot);
        project(slot, slot.plainDelta(), term);
        addTimes(slot, term, b -> isClipped[b] ? 0 : -along[b] * inverse[b], term);
        addTimes(slot, tangent, b -> isClipped[b] ? 0 : -delta[b] * inverse[b], term);
        addTimes(slot, slot.output(), b -> isClipped[b] ? 0 : -turned[b] * inverse[b], term);
    }

    /** Writes {@code (v − y (y·v))/‖x‖}, or {@code v/ε} where x is shorter than ε. */
    private void project(Slot slot, Buffer v, Buffer to) {
        double[] share = dots(slot, slot.output(), v);
        boolean[] isClipped = clipped(slot);
        Arrays.setAll(share, b -> isClipped[b] ? 0 : -share[b]);
        write(slot, COEFFICIENTS, share);
        multiply(slot, slot.output(), slot.scratch(COEFFICIENTS, 1), to);
        slot.compute().elements().add(slot.outputLength(), to, v, to);
        multiply(slot, to, slot.scratch(INVERSE, 1), to);
    }

    /** A number for each example. */
    @FunctionalInterface
    private interface Coefficient {
        double of(int example);
    }

    /** Adds {@code coefficient[b] · x[:, b]} to the input's derivative; {@code scratch} is overwritten. */
    private static void addTimes(Slot slot, Buffer x, Coefficient coefficient, Buffer scratch) {
        double[] values = new double[slot.batch()];
        Arrays.setAll(values, coefficient::of);
        write(slot, COEFFICIENTS, values);
        multiply(slot, x, slot.scratch(COEFFICIENTS, 1), scratch);
        slot.compute().elements().add(slot.outputLength(), slot.inputDelta(0), scratch, slot.inputDelta(0));
    }

    private boolean[] clipped(Slot slot) {
        double[] inverse = inverses(slot);
        boolean[] isClipped = new boolean[inverse.length];
        for (int b = 0; b < inverse.length; b++) {
            isClipped[b] = inverse[b] >= (1 - 1e-6) / epsilon; // rounded to the compute's precision
        }
        return isClipped;
    }

    private static double[] inverses(Slot slot) {
        double[] inverse = new double[slot.batch()];
        slot.compute().read(slot.scratch(INVERSE, 1), 0, inverse, 0, inverse.length);
        return inverse;
    }

    private static double[] dots(Slot slot, Buffer x, Buffer y) {
        double[] sums = new double[slot.batch()];
        slot.compute().reductions().columnDots(slot.outputShape().length(), slot.batch(), x, y, sums, 0);
        return sums;
    }

    private static void write(Slot slot, int key, double[] values) {
        slot.compute().write(values, 0, slot.scratch(key, 1), 0, values.length);
    }

    private static void multiply(Slot slot, Buffer x, Buffer columns, Buffer to) {
        Compute compute = slot.compute();
        compute.elements().multiplyRows(slot.outputShape().length(), slot.batch(), x, columns, to);
    }
}
