package org.expunge.influence.network.layer;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.NormalizationKernels;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.BatchCoupled;
import org.expunge.influence.network.ParametricLayer;
import org.expunge.influence.network.Slot;
import org.expunge.influence.network.TensorSpec;

/**
 * {@code y = γ x̂ + β} with {@code x̂ = (x − μ)/√(σ² + ε)}, for each channel of an image or each feature of a flat row.
 *
 * <p>In inference μ and σ² are the running statistics, and every example has its own gradient. In training they are the
 * mean and the biased variance of the whole minibatch, through which the derivative passes.
 *
 * <p><b>Cost.</b> A few operations an element; {@code x̂} is kept, one number an element.
 *
 * <p><b>Source.</b> S. Ioffe and C. Szegedy, "Batch Normalization", ICML 2015, algorithm 1. Running statistics move as
 * in DL4J: {@code s ← decay·s + (1 − decay)·s_batch}, with the biased variance.
 *
 * @param epsilon ε, added to the variance; above 0
 * @param decay how much of the running statistics stays at each step, in [0, 1]
 * @param isFixed whether γ = 1 and β = 0 stay, so that the layer has no parameters
 */
public record BatchNormalization(double epsilon, double decay, boolean isFixed)
        implements BatchCoupled, ParametricLayer {
    /** DL4J's defaults: ε = 1e-5, decay 0.9, γ and β learned. */
    public static final BatchNormalization DEFAULT = new BatchNormalization(1e-5, 0.9, false);

    private static final int NORMALISED = 0;
    private static final int INVERSE = 1;
    private static final int FORWARD_SHIFT = 2;
    private static final int SLOPES = 3;
    private static final int ON_NORMALISED = 4;
    private static final int SHIFT = 5;
    private static final int ZEROS = 6;

    private static final int TEMPORARY = 0;
    private static final int TEMPORARY_GAMMA = 1;
    private static final int TEMPORARY_BETA = 2;

    /** Checks the ranges. */
    public BatchNormalization {
        checkArgument(epsilon > 0 && Double.isFinite(epsilon), "epsilon must be above 0, got %s", epsilon);
        checkArgument(decay >= 0 && decay <= 1, "decay must be in [0, 1], got %s", decay);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
        checkArgument(inputs.size() == 1, "batch normalisation takes 1 input, got %s", inputs.size());
        return inputs.get(0);
    }

    @Override
    public List<TensorSpec> parameters(List<Shape> inputs) {
        List<Integer> shape = List.of(inputs.get(0).channels());
        return isFixed
                ? List.of()
                : List.of(
                        new TensorSpec("gamma", shape, TensorSpec.Role.SCALE),
                        new TensorSpec("beta", shape, TensorSpec.Role.BIAS));
    }

    @Override
    public List<TensorSpec> statistics(List<Shape> inputs) {
        List<Integer> shape = List.of(inputs.get(0).channels());
        return List.of(
                new TensorSpec("mean", shape, TensorSpec.Role.BIAS),
                new TensorSpec("var", shape, TensorSpec.Role.SCALE));
    }

    @Override
    public void forward(Slot slot) {
        slot.compute()
                .normalization()
                .ofStatistics(
                        channels(slot),
                        epsilon,
                        slot.statistic(0),
                        slot.statistic(1),
                        inverse(slot),
                        perChannel(slot, FORWARD_SHIFT));
        normalise(slot);
    }

    @Override
    public void backward(Slot slot) {
        affine(slot, slopes(slot), zeros(slot), slot.delta(), slot.inputDelta(0));
    }

    @Override
    public void tangent(Slot slot) {
        if (isFixed) {
            slot.compute().fill(slot.tangent(), 0, slot.outputLength(), 0);
        } else {
            affine(slot, slot.parameterTangent(0), slot.parameterTangent(1), normalised(slot), slot.tangent());
        }
        if (slot.hasInputTangent(0)) {
            Buffer moved = slot.temporary(TEMPORARY, slot.outputShape().length());
            affine(slot, slopes(slot), zeros(slot), slot.inputTangent(0), moved);
            slot.compute().elements().add(slot.outputLength(), slot.tangent(), moved, slot.tangent());
        }
    }

    @Override
    public int sums(Slot slot) {
        return 2 * channels(slot);
    }

    @Override
    public void addForwardSums(Slot slot, Sums sums) {
        addSums(slot, slot.input(0), slot.input(0), sums);
    }

    @Override
    public void forward(Slot slot, Sums totals, int examples) {
        slot.compute()
                .normalization()
                .ofTotals(
                        channels(slot),
                        count(slot, examples),
                        epsilon,
                        totals,
                        inverse(slot),
                        perChannel(slot, FORWARD_SHIFT));
        normalise(slot);
    }

    @Override
    public void addBackwardSums(Slot slot, Sums sums) {
        addSums(slot, slot.delta(), normalised(slot), sums);
    }

    /** {@code ∂ℓ/∂x = γ/√(σ² + ε) · (δ − mean δ − x̂ · mean(δ x̂))}, with means over the minibatch and its pixels. */
    @Override
    public void backward(Slot slot, Sums totals, int examples) {
        NormalizationKernels kernels = slot.compute().normalization();
        int channels = channels(slot);
        double share = -1 / count(slot, examples);
        Buffer slopes = slopes(slot);
        Buffer onNormalised = perChannel(slot, ON_NORMALISED);
        Buffer shift = perChannel(slot, SHIFT);
        kernels.scaledCoefficients(channels, share, slopes, totals, channels, onNormalised);
        kernels.scaledCoefficients(channels, share, slopes, totals, 0, shift);
        Buffer part = slot.temporary(TEMPORARY, slot.outputShape().length());
        affine(slot, onNormalised, shift, normalised(slot), part);
        affine(slot, slopes, zeros(slot), slot.delta(), slot.inputDelta(0));
        slot.compute().elements().add(slot.outputLength(), slot.inputDelta(0), part, slot.inputDelta(0));
    }

    @Override
    public void updateStatistics(Slot slot, Sums totals, int examples) {
        slot.compute()
                .normalization()
                .moveStatistics(
                        channels(slot), count(slot, examples), decay, totals, slot.statistic(0), slot.statistic(1));
    }

    @Override
    public void addGradientSum(Slot slot, List<Buffer> sums) {
        Compute compute = slot.compute();
        Buffer product = slot.temporary(TEMPORARY, slot.outputShape().length());
        compute.elements().multiply(slot.outputLength(), slot.delta(), normalised(slot), product);
        compute.reductions().addRowSums(channels(slot), rowLength(slot), product, sums.get(0));
        compute.reductions().addRowSums(channels(slot), rowLength(slot), slot.delta(), sums.get(1));
    }

    @Override
    public void addBackwardTangent(Slot slot) {
        if (!isFixed && slot.needsInputDelta(0)) {
            Buffer slopes = perChannel(slot, SLOPES);
            slot.compute().elements().multiply(channels(slot), slot.parameterTangent(0), inverse(slot), slopes);
            Buffer term = slot.temporary(TEMPORARY, slot.outputShape().length());
            affine(slot, slopes, zeros(slot), slot.plainDelta(), term);
            slot.compute().elements().add(slot.outputLength(), slot.inputDelta(0), term, slot.inputDelta(0));
        }
    }

    @Override
    public void addInputTangentSum(Slot slot, List<Buffer> sums) {
        Buffer moved = slot.temporary(TEMPORARY, slot.outputShape().length());
        affine(slot, inverse(slot), zeros(slot), slot.inputTangent(0), moved);
        slot.compute().elements().multiply(slot.outputLength(), slot.plainDelta(), moved, moved);
        slot.compute().reductions().addRowSums(channels(slot), rowLength(slot), moved, sums.get(0));
    }

    @Override
    public void addGradientDots(Slot slot, List<Buffer> v, Sums dots, int offset) {
        int perExample = slot.outputShape().length();
        Buffer product = slot.temporary(TEMPORARY, perExample);
        affine(slot, v.get(0), v.get(1), normalised(slot), product);
        slot.compute().reductions().columnDots(perExample, slot.batch(), product, slot.delta(), dots, offset);
    }

    @Override
    public void addSquaredNorms(Slot slot, Sums norms, int offset) {
        for (Buffer gradient : perExample(slot)) {
            slot.compute().reductions().columnDots(channels(slot), slot.batch(), gradient, gradient, norms, offset);
        }
    }

    @Override
    public void gradients(Slot slot, Matrix rows) {
        List<Buffer> gradients = perExample(slot);
        for (int i = 0; i < gradients.size(); i++) {
            GradientRows.write(slot, channels(slot), gradients.get(i), rows, i * channels(slot));
        }
    }

    @Override
    public boolean isFactored() {
        return false;
    }

    @Override
    public boolean hasBias() {
        return !isFixed;
    }

    /** Returns each example's gradients of γ and β, {@code [C, B]} each. */
    private List<Buffer> perExample(Slot slot) {
        Compute compute = slot.compute();
        int length = slot.outputShape().length();
        Buffer product = slot.temporary(TEMPORARY, length);
        Buffer gamma = slot.temporary(TEMPORARY_GAMMA, channels(slot));
        Buffer beta = slot.temporary(TEMPORARY_BETA, channels(slot));
        compute.elements().multiply(slot.outputLength(), slot.delta(), normalised(slot), product);
        compute.reductions().groupSums(channels(slot), positions(slot), slot.batch(), product, 0, gamma);
        compute.reductions().groupSums(channels(slot), positions(slot), slot.batch(), slot.delta(), 0, beta);
        return List.of(gamma, beta);
    }

    /** Writes x̂, which is kept, and the output, with the scale and shift of this pass. */
    private void normalise(Slot slot) {
        affine(slot, inverse(slot), perChannel(slot, FORWARD_SHIFT), slot.input(0), normalised(slot));
        if (isFixed) {
            slot.compute().copy(normalised(slot), 0, slot.output(), 0, slot.outputLength());
        } else {
            affine(slot, slot.parameter(0), slot.parameter(1), normalised(slot), slot.output());
        }
    }

    /** Adds each channel's {@code Σ x} and {@code Σ x y}. */
    private static void addSums(Slot slot, Buffer x, Buffer y, Sums sums) {
        int channels = channels(slot);
        slot.compute().reductions().rowSums(channels, rowLength(slot), x, sums, 0);
        slot.compute().reductions().rowDots(channels, rowLength(slot), x, y, sums, channels);
    }

    /** Returns {@code γ/√(σ² + ε)} of the last forward pass. */
    private Buffer slopes(Slot slot) {
        if (isFixed) {
            return inverse(slot);
        }
        Buffer slopes = perChannel(slot, SLOPES);
        slot.compute().elements().multiply(channels(slot), slot.parameter(0), inverse(slot), slopes);
        return slopes;
    }

    /** Returns {@code 1/√(σ² + ε)}, which forward leaves. */
    private static Buffer inverse(Slot slot) {
        return perChannel(slot, INVERSE);
    }

    /** Returns zeros: scratch that nothing writes. */
    private static Buffer zeros(Slot slot) {
        return perChannel(slot, ZEROS);
    }

    private static Buffer perChannel(Slot slot, int key) {
        return slot.fixedScratch(key, channels(slot));
    }

    private static void affine(Slot slot, Buffer scale, Buffer shift, Buffer x, Buffer to) {
        slot.compute().elements().scaleShift(channels(slot), rowLength(slot), scale, shift, x, to);
    }

    private static Buffer normalised(Slot slot) {
        return slot.scratch(NORMALISED, slot.outputShape().length());
    }

    /** Returns how many numbers of a minibatch are in a channel. */
    private static double count(Slot slot, int examples) {
        return (double) examples * positions(slot);
    }

    private static int channels(Slot slot) {
        return slot.outputShape().channels();
    }

    private static int positions(Slot slot) {
        return slot.outputShape().height() * slot.outputShape().width();
    }

    private static int rowLength(Slot slot) {
        return positions(slot) * slot.batch();
    }
}
