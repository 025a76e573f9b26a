package org.expunge.influence.network.layer;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.compute.Window;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.BiasedLayer;
import org.expunge.influence.network.KroneckerLayer;
import org.expunge.influence.network.Slot;
import org.expunge.influence.network.TensorSpec;

/**
 * Cross-correlation with learned kernels, as DL4J's ConvolutionLayer: tensors {@code b [out]}, then {@code W [out, in,
 * kH, kW]}.
 *
 * <p>With {@code P} output positions and {@code k = in·kH·kW}, forward writes the columns {@code [k, P·B]} of the tile
 * once and keeps them; output, gradient sum, dots and per-example gradients are products with them. A 1 × 1 kernel with
 * stride 1 takes the image itself for columns.
 *
 * <p><b>Cost.</b> 2·out·k·P FLOP an example for each of: forward, the input's derivative, the gradient sum, dots with
 * one direction, and norms or gradients (which also make columns again). Memory: {@code k·P} numbers an example kept,
 * as many shared with the other layers.
 *
 * @param outputs output channels, at least 1
 * @param kernelHeight kernel rows
 * @param kernelWidth kernel columns
 * @param strideHeight step in rows
 * @param strideWidth step in columns
 * @param padding zeros around the image
 * @param dilationHeight distance between kernel rows, 1 for a dense kernel
 * @param dilationWidth distance between kernel columns
 * @param hasBias whether b is there
 */
public record Convolution2D(
        int outputs,
        int kernelHeight,
        int kernelWidth,
        int strideHeight,
        int strideWidth,
        Padding padding,
        int dilationHeight,
        int dilationWidth,
        boolean hasBias)
        implements KroneckerLayer, BiasedLayer {
    private static final int COLUMNS = 0;

    private static final int TEMPORARY_COLUMNS = 0;
    private static final int TEMPORARY_OUTPUT = 1;
    private static final int TEMPORARY_GRADIENTS = 2;
    private static final int TEMPORARY_IMAGE = 4;

    /** Checks the sizes. */
    public Convolution2D {
        checkArgument(outputs >= 1, "outputs must be at least 1, got %s", outputs);
        checkArgument(kernelHeight >= 1 && kernelWidth >= 1, "kernel %s × %s is empty", kernelHeight, kernelWidth);
        checkArgument(
                strideHeight >= 1 && strideWidth >= 1, "stride %s × %s is not positive", strideHeight, strideWidth);
        checkArgument(
                dilationHeight >= 1 && dilationWidth >= 1,
                "dilation %s × %s is not positive",
                dilationHeight,
                dilationWidth);
    }

    /** A square kernel with a bias. */
    public Convolution2D(int outputs, int kernel, int stride, Padding padding) {
        this(outputs, kernel, kernel, stride, stride, padding, 1, 1, true);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
        checkArgument(inputs.size() == 1, "a convolution takes 1 input, got %s", inputs.size());
        Window window = window(inputs.get(0));
        return new Shape(outputs, window.outHeight(), window.outWidth());
    }

    @Override
    public List<TensorSpec> parameters(List<Shape> inputs) {
        TensorSpec w = new TensorSpec(
                "W", List.of(outputs, inputs.get(0).channels(), kernelHeight, kernelWidth), TensorSpec.Role.WEIGHT);
        return hasBias ? List.of(new TensorSpec("b", List.of(outputs), TensorSpec.Role.BIAS), w) : List.of(w);
    }

    @Override
    public void forwardWithoutBias(Slot slot) {
        Window window = window(slot);
        if (!isPointwise(window)) {
            slot.compute().windows().imageToColumns(window, slot.batch(), slot.input(0), columns(slot, window));
        }
        convolve(slot, slot.parameter(weightIndex()), columns(slot, window), 0, slot.output());
    }

    @Override
    public Buffer bias(Slot slot) {
        return slot.parameter(0);
    }

    @Override
    public void backward(Slot slot) {
        spread(slot, slot.parameter(weightIndex()), slot.delta(), slot.inputDelta(0));
    }

    @Override
    public void addBackwardTangent(Slot slot) {
        if (slot.needsInputDelta(0)) {
            Buffer term = slot.temporary(TEMPORARY_IMAGE, slot.inputShape(0).length());
            spread(slot, slot.parameterTangent(weightIndex()), slot.plainDelta(), term);
            int length = slot.inputShape(0).length() * slot.batch();
            slot.compute().elements().add(length, slot.inputDelta(0), term, slot.inputDelta(0));
        }
    }

    @Override
    public void tangent(Slot slot) {
        Compute compute = slot.compute();
        Window window = window(slot);
        convolve(slot, slot.parameterTangent(weightIndex()), columns(slot, window), 0, slot.tangent());
        if (hasBias) {
            compute.elements().addBias(outputs, positions(slot), slot.parameterTangent(0), slot.tangent());
        }
        if (slot.hasInputTangent(0)) {
            convolve(slot, slot.parameter(weightIndex()), tangentColumns(slot, window), 1, slot.tangent());
        }
    }

    @Override
    public void addGradientSum(Slot slot, List<Buffer> sums) {
        addProduct(slot, slot.delta(), columns(slot, window(slot)), sums.get(weightIndex()));
        if (hasBias) {
            slot.compute().reductions().addRowSums(outputs, positions(slot), slot.delta(), sums.get(0));
        }
    }

    @Override
    public void addInputTangentSum(Slot slot, List<Buffer> sums) {
        addProduct(slot, slot.plainDelta(), tangentColumns(slot, window(slot)), sums.get(weightIndex()));
    }

    @Override
    public void addGradientDots(Slot slot, List<Buffer> v, Sums dots, int offset) {
        Compute compute = slot.compute();
        Window window = window(slot);
        int perExample = slot.outputShape().length();
        Buffer product = slot.temporary(TEMPORARY_OUTPUT, perExample);
        convolve(slot, v.get(weightIndex()), columns(slot, window), 0, product);
        if (hasBias) {
            compute.elements().addBias(outputs, positions(slot), v.get(0), product);
        }
        compute.reductions().columnDots(perExample, slot.batch(), product, slot.delta(), dots, offset);
    }

    @Override
    public void addSquaredNorms(Slot slot, Sums norms, int offset) {
        Compute compute = slot.compute();
        int batch = slot.batch();
        int weights = outputs * window(slot).patchLength();
        Buffer gradients = slot.temporary(TEMPORARY_GRADIENTS, weights);
        weightGradients(slot, deltaColumns(slot), Matrix.of(gradients, batch * outputs, weights / outputs));
        compute.reductions().rowDots(batch, weights, gradients, gradients, norms, offset);
        if (hasBias) {
            Buffer biases = biasGradients(slot);
            compute.reductions().columnDots(outputs, batch, biases, biases, norms, offset);
        }
    }

    @Override
    public void gradients(Slot slot, Matrix rows) {
        if (hasBias) {
            GradientRows.write(slot, outputs, biasGradients(slot), rows, 0);
        }
        Matrix first = Matrix.at(
                rows.buffer(),
                rows.offset() + (hasBias ? outputs : 0),
                outputs,
                window(slot).patchLength());
        weightGradients(slot, deltaColumns(slot), first, rows.stride());
    }

    @Override
    public boolean isFactored() {
        return false;
    }

    @Override
    public Matrix inputColumns(Slot slot) {
        Window window = window(slot);
        return Matrix.of(columns(slot, window), window.patchLength(), positions(slot));
    }

    @Override
    public Matrix deltaColumns(Slot slot) {
        return Matrix.of(slot.delta(), outputs, positions(slot));
    }

    @Override
    public void weightGradients(Slot slot, Matrix d, Matrix to) {
        Matrix first = new Matrix(to.buffer(), to.offset(), outputs, to.columns(), to.stride(), false);
        weightGradients(slot, d, first, outputs * to.stride());
    }

    /** Writes each example's {@code d_b · columns_bᵀ}, the first to {@code first} and each {@code stride} after. */
    private void weightGradients(Slot slot, Matrix d, Matrix first, int stride) {
        Window window = window(slot);
        int patch = window.patchLength();
        int deltaLength = outputs * window.positions();
        Buffer delta = slot.temporary(TEMPORARY_OUTPUT, deltaLength);
        slot.compute().linear().transpose(deltaLength, slot.batch(), d.buffer(), delta);
        slot.compute()
                .linear()
                .multiplyBatch(
                        slot.batch(),
                        1,
                        Matrix.of(delta, outputs, window.positions()),
                        deltaLength,
                        Matrix.of(columnsByExample(slot, window), patch, window.positions())
                                .transposed(),
                        patch * window.positions(),
                        0,
                        first,
                        stride);
    }

    /**
     * Returns the columns of one example after the other, {@code [B, k, P]}. At stride 1 it moves less to transpose the
     * image and make columns again, with the examples as channels of one image; else the columns are transposed.
     */
    private Buffer columnsByExample(Slot slot, Window window) {
        Compute compute = slot.compute();
        int columnLength = window.patchLength() * window.positions();
        if (strideWidth > 1) {
            Buffer columns = slot.temporary(TEMPORARY_COLUMNS, columnLength);
            compute.linear().transpose(columnLength, slot.batch(), columns(slot, window), columns);
            return columns;
        }
        Buffer images = slot.temporary(TEMPORARY_IMAGE, window.inputLength());
        compute.linear().transpose(window.inputLength(), slot.batch(), slot.input(0), images);
        if (isPointwise(window)) {
            return images;
        }
        Buffer columns = slot.temporary(TEMPORARY_COLUMNS, columnLength);
        Shape image = slot.inputShape(0);
        Window joint = window(new Shape(slot.batch() * image.channels(), image.height(), image.width()));
        compute.windows().imageToColumns(joint, 1, images, columns);
        return columns;
    }

    /** Returns each example's bias gradient, {@code [out, B]}. */
    private Buffer biasGradients(Slot slot) {
        Buffer biases = slot.temporary(TEMPORARY_OUTPUT, slot.outputShape().length());
        int size = slot.outputShape().length() / outputs;
        slot.compute().reductions().groupSums(outputs, size, slot.batch(), slot.delta(), 0, biases);
        return biases;
    }

    /** Adds {@code delta · columnsᵀ} to {@code to}, {@code [out, k]}. */
    private void addProduct(Slot slot, Buffer delta, Buffer columns, Buffer to) {
        int patch = window(slot).patchLength();
        slot.compute()
                .linear()
                .multiply(
                        1,
                        Matrix.of(delta, outputs, positions(slot)),
                        Matrix.of(columns, patch, positions(slot)).transposed(),
                        1,
                        Matrix.of(to, outputs, patch));
    }

    /** Writes the input's derivative that {@code delta} has through {@code weight}. */
    private void spread(Slot slot, Buffer weight, Buffer delta, Buffer to) {
        Compute compute = slot.compute();
        Window window = window(slot);
        boolean isPointwise = isPointwise(window);
        Buffer columns =
                isPointwise ? to : slot.temporary(TEMPORARY_COLUMNS, window.patchLength() * window.positions());
        compute.linear()
                .multiply(
                        1,
                        Matrix.of(weight, outputs, window.patchLength()).transposed(),
                        Matrix.of(delta, outputs, positions(slot)),
                        0,
                        Matrix.of(columns, window.patchLength(), positions(slot)));
        if (!isPointwise) {
            compute.windows().columnsToImage(window, slot.batch(), columns, to);
        }
    }

    /** Returns the columns of the input's tangent, valid until the shared scratch is used again. */
    private Buffer tangentColumns(Slot slot, Window window) {
        if (isPointwise(window)) {
            return slot.inputTangent(0);
        }
        Buffer columns = slot.temporary(TEMPORARY_COLUMNS, window.patchLength() * window.positions());
        slot.compute().windows().imageToColumns(window, slot.batch(), slot.inputTangent(0), columns);
        return columns;
    }

    /** Writes {@code weight · columns + β·to}, {@code [out, P·B]}. */
    private void convolve(Slot slot, Buffer weight, Buffer columns, double beta, Buffer to) {
        int patch = window(slot).patchLength();
        slot.compute()
                .linear()
                .multiply(
                        1,
                        Matrix.of(weight, outputs, patch),
                        Matrix.of(columns, patch, positions(slot)),
                        beta,
                        Matrix.of(to, outputs, positions(slot)));
    }

    private Buffer columns(Slot slot, Window window) {
        return isPointwise(window) ? slot.input(0) : slot.scratch(COLUMNS, window.patchLength() * window.positions());
    }

    private static boolean isPointwise(Window w) {
        return w.patchLength() == w.channels()
                && w.positions() == w.height() * w.width()
                && w.strideHeight() == 1
                && w.strideWidth() == 1
                && w.padTop() == 0
                && w.padLeft() == 0;
    }

    private int weightIndex() {
        return hasBias ? 1 : 0;
    }

    private int positions(Slot slot) {
        return slot.outputLength() / outputs;
    }

    private Window window(Slot slot) {
        return window(slot.inputShape(0));
    }

    private Window window(Shape image) {
        return padding.window(
                image, kernelHeight, kernelWidth, strideHeight, strideWidth, dilationHeight, dilationWidth);
    }
}
