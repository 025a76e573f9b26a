package org.expunge.influence.network.layer;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Sums;
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
    /** 1 where the norm is above ε, else 0; and that over the norm. */
    private static final int OPEN = 2;

    private static final int OPEN_INVERSE = 3;
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
        Sums squares = slot.sums(1);
        addDots(slot, slot.input(0), slot.input(0), squares, 0);
        Buffer inverse = slot.scratch(INVERSE, 1);
        slot.compute().normalization().inverseNorms(slot.batch(), epsilon, squares, inverse, slot.scratch(OPEN, 1));
        multiply(slot, slot.input(0), inverse, slot.output());
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
        Sums dots = slot.sums(3);
        addDots(slot, slot.output(), slot.inputTangent(0), dots, 0);
        addDots(slot, slot.output(), slot.plainDelta(), dots, slot.batch());
        addDots(slot, tangent, slot.plainDelta(), dots, 2 * slot.batch());
        Buffer openInverse = slot.scratch(OPEN_INVERSE, 1);
        slot.compute().elements().multiply(slot.batch(), slot.scratch(INVERSE, 1), slot.scratch(OPEN, 1), openInverse);
        project(slot, slot.plainDelta(), term);
        addTimes(slot, term, dots, 0, term);
        addTimes(slot, tangent, dots, slot.batch(), term);
        addTimes(slot, slot.output(), dots, 2 * slot.batch(), term);
    }

    /** Writes {@code (v − y (y·v))/‖x‖}, or {@code v/ε} where x is not longer than ε. */
    private void project(Slot slot, Buffer v, Buffer to) {
        Sums share = slot.sums(1);
        addDots(slot, slot.output(), v, share, 0);
        multiply(slot, slot.output(), coefficients(slot, slot.scratch(OPEN, 1), share, 0), to);
        slot.compute().elements().add(slot.outputLength(), to, v, to);
        multiply(slot, to, slot.scratch(INVERSE, 1), to);
    }

    /** Subtracts {@code sums[from + b]/‖x‖ · x[:, b]} from the input's derivative; {@code scratch} is overwritten. */
    private static void addTimes(Slot slot, Buffer x, Sums sums, int from, Buffer scratch) {
        multiply(slot, x, coefficients(slot, slot.scratch(OPEN_INVERSE, 1), sums, from), scratch);
        slot.compute().elements().add(slot.outputLength(), slot.inputDelta(0), scratch, slot.inputDelta(0));
    }

    /** Returns {@code −scale[b] · sums[from + b]}. */
    private static Buffer coefficients(Slot slot, Buffer scale, Sums sums, int from) {
        Buffer coefficients = slot.scratch(COEFFICIENTS, 1);
        slot.compute().normalization().scaledCoefficients(slot.batch(), -1, scale, sums, from, coefficients);
        return coefficients;
    }

    private static void addDots(Slot slot, Buffer x, Buffer y, Sums sums, int from) {
        slot.compute().reductions().columnDots(slot.outputShape().length(), slot.batch(), x, y, sums, from);
    }

    private static void multiply(Slot slot, Buffer x, Buffer columns, Buffer to) {
        Compute compute = slot.compute();
        compute.elements().multiplyRows(slot.outputShape().length(), slot.batch(), x, columns, to);
    }
}
