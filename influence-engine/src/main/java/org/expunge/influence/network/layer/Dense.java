package org.expunge.influence.network.layer;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.LinearKernels;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.ReductionKernels;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.BiasedLayer;
import org.expunge.influence.network.KroneckerLayer;
import org.expunge.influence.network.Slot;
import org.expunge.influence.network.TensorSpec;

/**
 * {@code y = W a + b}, with {@code W} stored {@code [out, in]}. Takes any input shape and flattens it in C, H, W order,
 * which costs nothing in this layout.
 *
 * <p><b>Cost.</b> 2·in·out FLOP an example forward, as much for the input's derivative, for the gradient sum and for
 * {@link #addGradientDots}; norms cost in + out.
 *
 * @param outputs number of outputs, at least 1
 * @param hasBias whether b is there
 */
public record Dense(int outputs, boolean hasBias) implements KroneckerLayer, BiasedLayer {
    private static final int TEMPORARY_PRODUCT = 0;
    private static final int TEMPORARY_INPUT = 0;
    private static final int TEMPORARY_DELTA = 1;

    /** Checks the size. */
    public Dense {
        checkArgument(outputs >= 1, "outputs must be at least 1, got %s", outputs);
    }

    /** A layer with a bias. */
    public Dense(int outputs) {
        this(outputs, true);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
        checkArgument(inputs.size() == 1, "a dense layer takes 1 input, got %s", inputs.size());
        return Shape.flat(outputs);
    }

    @Override
    public List<TensorSpec> parameters(List<Shape> inputs) {
        TensorSpec w = new TensorSpec("W", List.of(outputs, inputs.get(0).length()), TensorSpec.Role.WEIGHT);
        return hasBias ? List.of(w, new TensorSpec("b", List.of(outputs), TensorSpec.Role.BIAS)) : List.of(w);
    }

    @Override
    public void forwardWithoutBias(Slot slot) {
        slot.compute()
                .linear()
                .multiply(1, weight(slot, slot.parameter(0)), input(slot), 0, output(slot, slot.output()));
    }

    @Override
    public Buffer bias(Slot slot) {
        return slot.parameter(1);
    }

    @Override
    public void backward(Slot slot) {
        if (slot.needsInputDelta(0)) {
            Matrix inputDelta = Matrix.of(slot.inputDelta(0), inputs(slot), slot.batch());
            slot.compute()
                    .linear()
                    .multiply(
                            1, weight(slot, slot.parameter(0)).transposed(), output(slot, slot.delta()), 0, inputDelta);
        }
    }

    @Override
    public void tangent(Slot slot) {
        Compute compute = slot.compute();
        directional(
                slot,
                slot.parameterTangent(0),
                hasBias ? List.of(slot.parameterTangent(1)) : List.of(),
                slot.tangent());
        if (slot.hasInputTangent(0)) {
            Matrix inputTangent = Matrix.of(slot.inputTangent(0), inputs(slot), slot.batch());
            compute.linear()
                    .multiply(1, weight(slot, slot.parameter(0)), inputTangent, 1, output(slot, slot.tangent()));
        }
    }

    @Override
    public void addBackwardTangent(Slot slot) {
        if (slot.needsInputDelta(0)) {
            Matrix inputDelta = Matrix.of(slot.inputDelta(0), inputs(slot), slot.batch());
            Matrix direction = weight(slot, slot.parameterTangent(0)).transposed();
            slot.compute().linear().multiply(1, direction, output(slot, slot.plainDelta()), 1, inputDelta);
        }
    }

    @Override
    public void addInputTangentSum(Slot slot, List<Buffer> sums) {
        Matrix inputTangent = Matrix.of(slot.inputTangent(0), inputs(slot), slot.batch());
        slot.compute()
                .linear()
                .multiply(1, output(slot, slot.plainDelta()), inputTangent.transposed(), 1, weight(slot, sums.get(0)));
    }

    @Override
    public void addGradientSum(Slot slot, List<Buffer> sums) {
        Compute compute = slot.compute();
        compute.linear()
                .multiply(1, output(slot, slot.delta()), input(slot).transposed(), 1, weight(slot, sums.get(0)));
        if (hasBias) {
            compute.reductions().addRowSums(outputs, slot.batch(), slot.delta(), sums.get(1));
        }
    }

    @Override
    public void addGradientDots(Slot slot, List<Buffer> v, Sums dots, int offset) {
        Buffer product = slot.temporary(TEMPORARY_PRODUCT, outputs);
        directional(slot, v.get(0), v.subList(1, v.size()), product);
        slot.compute().reductions().columnDots(outputs, slot.batch(), product, slot.delta(), dots, offset);
    }

    @Override
    public void addSquaredNorms(Slot slot, Sums norms, int offset) {
        int batch = slot.batch();
        ReductionKernels reductions = slot.compute().reductions();
        Sums ofFactors = slot.sums(2);
        reductions.columnDots(inputs(slot), batch, slot.input(0), slot.input(0), ofFactors, 0);
        reductions.columnDots(outputs, batch, slot.delta(), slot.delta(), ofFactors, batch);
        reductions.addProducts(batch, hasBias ? 1 : 0, ofFactors, norms, offset);
    }

    @Override
    public void gradients(Slot slot, Matrix rows) {
        int in = inputs(slot);
        weightGradients(slot, deltaColumns(slot), Matrix.at(rows.buffer(), rows.offset(), outputs, in), rows.stride());
        if (hasBias) {
            GradientRows.write(slot, outputs, slot.delta(), rows, outputs * in);
        }
    }

    @Override
    public void weightGradients(Slot slot, Matrix d, Matrix to) {
        Matrix first = new Matrix(to.buffer(), to.offset(), outputs, to.columns(), to.stride(), false);
        weightGradients(slot, d, first, outputs * to.stride());
    }

    private void weightGradients(Slot slot, Matrix d, Matrix first, int stride) {
        int in = inputs(slot);
        Buffer inputs = slot.temporary(TEMPORARY_INPUT, in);
        Buffer deltas = slot.temporary(TEMPORARY_DELTA, outputs);
        LinearKernels linear = slot.compute().linear();
        linear.transpose(in, slot.batch(), slot.input(0), inputs);
        linear.transpose(outputs, slot.batch(), d.buffer(), deltas);
        linear.multiplyBatch(
                slot.batch(),
                1,
                Matrix.of(deltas, outputs, 1),
                outputs,
                Matrix.of(inputs, 1, in),
                in,
                0,
                first,
                stride);
    }

    @Override
    public boolean isFactored() {
        return true;
    }

    @Override
    public Matrix inputColumns(Slot slot) {
        return input(slot);
    }

    @Override
    public Matrix deltaColumns(Slot slot) {
        return output(slot, slot.delta());
    }

    /** Writes {@code V a + v_b}. */
    private void directional(Slot slot, Buffer weight, List<Buffer> bias, Buffer to) {
        slot.compute().linear().multiply(1, weight(slot, weight), input(slot), 0, output(slot, to));
        if (!bias.isEmpty()) {
            slot.compute().elements().addBias(outputs, slot.batch(), bias.get(0), to);
        }
    }

    private Matrix weight(Slot slot, Buffer weight) {
        return Matrix.of(weight, outputs, inputs(slot));
    }

    private static Matrix input(Slot slot) {
        return Matrix.of(slot.input(0), inputs(slot), slot.batch());
    }

    private Matrix output(Slot slot, Buffer buffer) {
        return Matrix.of(buffer, outputs, slot.batch());
    }

    private static int inputs(Slot slot) {
        return slot.inputShape(0).length();
    }
}
