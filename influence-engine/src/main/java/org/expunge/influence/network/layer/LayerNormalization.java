package org.expunge.influence.network.layer;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.ParametricLayer;
import org.expunge.influence.network.Slot;
import org.expunge.influence.network.TensorSpec;

/**
 * {@code y = g x̂ + b} with {@code x̂ = (x − μ)/√(σ² + ε)}, where μ and σ² are mean and biased variance over the
 * channels of one position of one example. Tensors {@code b [C]} (if there is one), then {@code g [C]}: with ε = 0
 * behind a dense layer without bias this is DL4J's DenseLayer with hasLayerNorm.
 *
 * <p>Where channels do not differ and ε is 0, x̂ is 0 and so is its derivative.
 *
 * <p><b>Cost.</b> A few operations an element; {@code x̂} is kept, one number an element.
 *
 * <p><b>Source.</b> J. Ba, J. Kiros and G. Hinton, "Layer Normalization", 2016, section 3.
 *
 * @param epsilon ε, added to the variance; 0 or more
 * @param hasBias whether b is there
 */
public record LayerNormalization(double epsilon, boolean hasBias) implements ParametricLayer {
    /** With a bias, and ε = 1e-5. */
    public static final LayerNormalization DEFAULT = new LayerNormalization(1e-5, true);

    private static final int NORMALISED = 0;
    private static final int INVERSE = 1;
    private static final int COEFFICIENTS = 2;
    private static final int ZEROS = 3;
    private static final int NORMALISED_TANGENT = 4;
    private static final int ONES = 5;

    private static final int SCALED = 0;
    private static final int TERM = 1;
    private static final int SUMS = 2;

    /** Checks ε. */
    public LayerNormalization {
        checkArgument(epsilon >= 0 && Double.isFinite(epsilon), "epsilon must be 0 or more, got %s", epsilon);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
        checkArgument(inputs.size() == 1, "layer normalisation takes 1 input, got %s", inputs.size());
        return inputs.get(0);
    }

    @Override
    public List<TensorSpec> parameters(List<Shape> inputs) {
        List<Integer> shape = List.of(inputs.get(0).channels());
        TensorSpec gain = new TensorSpec("g", shape, TensorSpec.Role.SCALE);
        return hasBias ? List.of(new TensorSpec("b", shape, TensorSpec.Role.BIAS), gain) : List.of(gain);
    }

    @Override
    public void forward(Slot slot) {
        Compute compute = slot.compute();
        Buffer centred = normalised(slot);
        centre(slot, slot.input(0), centred);
        Sums squares = dots(slot, centred, centred);
        compute.normalization().inverseDeviations(columns(slot), channels(slot), epsilon, squares, inverses(slot));
        multiplyColumns(slot, centred, inverses(slot), centred);
        affine(slot, slot.parameter(gainIndex()), hasBias ? slot.parameter(0) : zeros(slot), centred, slot.output());
    }

    @Override
    public void backward(Slot slot) {
        if (slot.needsInputDelta(0)) {
            Buffer scaled = slot.temporary(SCALED, slot.outputShape().length());
            affine(slot, slot.parameter(gainIndex()), zeros(slot), slot.delta(), scaled);
            project(slot, scaled, slot.inputDelta(0));
        }
    }

    @Override
    public void tangent(Slot slot) {
        affine(
                slot,
                slot.parameterTangent(gainIndex()),
                hasBias ? slot.parameterTangent(0) : zeros(slot),
                normalised(slot),
                slot.tangent());
        if (slot.hasInputTangent(0)) {
            Buffer moved = slot.scratch(NORMALISED_TANGENT, slot.outputShape().length());
            project(slot, slot.inputTangent(0), moved);
            Buffer scaled = slot.temporary(SCALED, slot.outputShape().length());
            affine(slot, slot.parameter(gainIndex()), zeros(slot), moved, scaled);
            slot.compute().elements().add(slot.outputLength(), slot.tangent(), scaled, slot.tangent());
        }
    }

    /**
     * With {@code P u = (u − mean u − x̂ · mean(x̂ u))/s}, the derivative is {@code P(g δ)}: along a direction it
     * changes by {@code P(ġ δ) − (mean(x̂ ẋ)/s) P u − (x̂' · mean(x̂ u) + x̂ · mean(x̂' u))/s} with {@code u = g δ},
     * where {@code x̂' = P ẋ} is the tangent of x̂ and means are over channels.
     */
    @Override
    public void addBackwardTangent(Slot slot) {
        if (!slot.needsInputDelta(0)) {
            return;
        }
        int length = slot.outputShape().length();
        Buffer scaled = slot.temporary(SCALED, length);
        Buffer term = slot.temporary(TERM, length);
        affine(slot, slot.parameterTangent(gainIndex()), zeros(slot), slot.plainDelta(), scaled);
        project(slot, scaled, term);
        slot.compute().elements().add(slot.outputLength(), slot.inputDelta(0), term, slot.inputDelta(0));
        if (!slot.hasInputTangent(0)) {
            return;
        }
        affine(slot, slot.parameter(gainIndex()), zeros(slot), slot.plainDelta(), scaled);
        Buffer moved = slot.scratch(NORMALISED_TANGENT, length);
        Sums dots = slot.sums(3 * columnsPerExample(slot));
        addDots(slot, normalised(slot), slot.inputTangent(0), dots, 0);
        addDots(slot, normalised(slot), scaled, dots, columns(slot));
        addDots(slot, moved, scaled, dots, 2 * columns(slot));
        project(slot, scaled, term);
        addTimes(slot, dots, 0, term);
        addTimes(slot, dots, columns(slot), moved);
        addTimes(slot, dots, 2 * columns(slot), normalised(slot));
    }

    /** Subtracts {@code x[:, c] · (sums[from + c]/C)/s_c} from the input's derivative. */
    private static void addTimes(Slot slot, Sums sums, int from, Buffer x) {
        Compute compute = slot.compute();
        Buffer coefficients = overDeviations(slot, sums, from);
        Buffer scaled = slot.temporary(SUMS, slot.outputShape().length());
        multiplyColumns(slot, x, coefficients, scaled);
        compute.elements().add(slot.outputLength(), slot.inputDelta(0), scaled, slot.inputDelta(0));
    }

    @Override
    public void addGradientSum(Slot slot, List<Buffer> sums) {
        addGains(slot, slot.delta(), normalised(slot), sums);
        if (hasBias) {
            slot.compute().reductions().addRowSums(channels(slot), columns(slot), slot.delta(), sums.get(0));
        }
    }

    @Override
    public void addInputTangentSum(Slot slot, List<Buffer> sums) {
        addGains(
                slot,
                slot.plainDelta(),
                slot.scratch(NORMALISED_TANGENT, slot.outputShape().length()),
                sums);
    }

    private void addGains(Slot slot, Buffer delta, Buffer x, List<Buffer> sums) {
        Buffer product = slot.temporary(TERM, slot.outputShape().length());
        slot.compute().elements().multiply(slot.outputLength(), delta, x, product);
        slot.compute().reductions().addRowSums(channels(slot), columns(slot), product, sums.get(gainIndex()));
    }

    @Override
    public void addGradientDots(Slot slot, List<Buffer> v, Sums dots, int offset) {
        int perExample = slot.outputShape().length();
        Buffer product = slot.temporary(TERM, perExample);
        affine(slot, v.get(gainIndex()), hasBias ? v.get(0) : zeros(slot), normalised(slot), product);
        slot.compute().reductions().columnDots(perExample, slot.batch(), product, slot.delta(), dots, offset);
    }

    @Override
    public void addSquaredNorms(Slot slot, Sums norms, int offset) {
        for (int i = 0; i <= gainIndex(); i++) {
            Buffer gradient = perExample(slot, i);
            slot.compute().reductions().columnDots(channels(slot), slot.batch(), gradient, gradient, norms, offset);
        }
    }

    @Override
    public void gradients(Slot slot, Matrix rows) {
        for (int i = 0; i <= gainIndex(); i++) {
            GradientRows.write(slot, channels(slot), perExample(slot, i), rows, i * channels(slot));
        }
    }

    @Override
    public boolean isFactored() {
        return false;
    }

    @Override
    public boolean hasBias() {
        return hasBias;
    }

    /** Returns each example's gradient of tensor {@code i}, {@code [C, B]}. */
    private Buffer perExample(Slot slot, int i) {
        Compute compute = slot.compute();
        Buffer product = slot.delta();
        if (i == gainIndex()) {
            product = slot.temporary(TERM, slot.outputShape().length());
            compute.elements().multiply(slot.outputLength(), slot.delta(), normalised(slot), product);
        }
        Buffer sums = slot.temporary(SUMS, channels(slot));
        int positions = slot.outputShape().length() / channels(slot);
        compute.reductions().groupSums(channels(slot), positions, slot.batch(), product, 0, sums);
        return sums;
    }

    /** Writes {@code P v = (v − mean v − x̂ · mean(x̂ v))/s}, the derivative of x̂ along v. */
    private static void project(Slot slot, Buffer v, Buffer to) {
        Compute compute = slot.compute();
        Sums share = dots(slot, normalised(slot), v);
        Buffer part = slot.temporary(SUMS, slot.outputShape().length());
        multiplyColumns(slot, normalised(slot), overDeviations(slot, share, 0), part);
        centre(slot, v, to);
        multiplyColumns(slot, to, inverses(slot), to);
        compute.elements().add(slot.outputLength(), to, part, to);
    }

    /** Writes {@code x − mean x} over channels, position by position. */
    private static void centre(Slot slot, Buffer x, Buffer to) {
        Compute compute = slot.compute();
        int channels = channels(slot);
        int columns = columns(slot);
        Buffer ones = slot.fixedScratch(ONES, channels);
        compute.fill(ones, 0, channels, 1);
        Buffer means = slot.scratch(COEFFICIENTS, columnsPerExample(slot));
        compute.linear()
                .multiply(
                        -1.0 / channels,
                        Matrix.of(ones, 1, channels),
                        Matrix.of(x, channels, columns),
                        0,
                        Matrix.of(means, 1, columns));
        compute.copy(x, 0, to, 0, slot.outputLength());
        compute.linear()
                .multiply(
                        1,
                        Matrix.of(ones, channels, 1),
                        Matrix.of(means, 1, columns),
                        1,
                        Matrix.of(to, channels, columns));
    }

    /** Returns {@code −(sums[from + c]/C)/s_c} for each position. */
    private static Buffer overDeviations(Slot slot, Sums sums, int from) {
        Buffer coefficients = slot.scratch(COEFFICIENTS, columnsPerExample(slot));
        slot.compute()
                .normalization()
                .scaledCoefficients(columns(slot), -1.0 / channels(slot), inverses(slot), sums, from, coefficients);
        return coefficients;
    }

    private static Sums dots(Slot slot, Buffer x, Buffer y) {
        Sums sums = slot.sums(columnsPerExample(slot));
        addDots(slot, x, y, sums, 0);
        return sums;
    }

    private static void addDots(Slot slot, Buffer x, Buffer y, Sums sums, int from) {
        slot.compute().reductions().columnDots(channels(slot), columns(slot), x, y, sums, from);
    }

    private static void multiplyColumns(Slot slot, Buffer x, Buffer factors, Buffer to) {
        slot.compute().elements().multiplyRows(channels(slot), columns(slot), x, factors, to);
    }

    private static void affine(Slot slot, Buffer scale, Buffer shift, Buffer x, Buffer to) {
        slot.compute().elements().scaleShift(channels(slot), columns(slot), scale, shift, x, to);
    }

    private static Buffer zeros(Slot slot) {
        Buffer zeros = slot.fixedScratch(ZEROS, channels(slot));
        slot.compute().fill(zeros, 0, channels(slot), 0);
        return zeros;
    }

    private static Buffer normalised(Slot slot) {
        return slot.scratch(NORMALISED, slot.outputShape().length());
    }

    private static Buffer inverses(Slot slot) {
        return slot.scratch(INVERSE, columnsPerExample(slot));
    }

    private int gainIndex() {
        return hasBias ? 1 : 0;
    }

    private static int channels(Slot slot) {
        return slot.outputShape().channels();
    }

    private static int columnsPerExample(Slot slot) {
        return slot.outputShape().length() / channels(slot);
    }

    /** Positions of all examples. */
    private static int columns(Slot slot) {
        return slot.outputLength() / channels(slot);
    }
}
