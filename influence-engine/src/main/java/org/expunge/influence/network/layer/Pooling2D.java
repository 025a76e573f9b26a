package org.expunge.influence.network.layer;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Window;
import org.expunge.influence.compute.WindowKernels;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.Layer;
import org.expunge.influence.network.Slot;

/**
 * Pooling of each channel, as DL4J's SubsamplingLayer. Padding is never the maximum.
 *
 * <p><b>Cost.</b> kH·kW operations an output; maximum pooling keeps which element was chosen, one number an output.
 *
 * @param kind maximum, mean or sum
 * @param kernelHeight window rows
 * @param kernelWidth window columns
 * @param strideHeight step in rows
 * @param strideWidth step in columns
 * @param padding implicit rows and columns around the image
 * @param dilationHeight distance between window rows
 * @param dilationWidth distance between window columns
 * @param countsPadding whether the mean divides by the whole window, or only by its part inside the image
 */
public record Pooling2D(
        PoolingKind kind,
        int kernelHeight,
        int kernelWidth,
        int strideHeight,
        int strideWidth,
        Padding padding,
        int dilationHeight,
        int dilationWidth,
        boolean countsPadding)
        implements Layer {
    private static final int CHOSEN = 0;

    /** Checks the sizes. */
    public Pooling2D {
        checkArgument(kernelHeight >= 1 && kernelWidth >= 1, "window %s × %s is empty", kernelHeight, kernelWidth);
        checkArgument(
                strideHeight >= 1 && strideWidth >= 1, "stride %s × %s is not positive", strideHeight, strideWidth);
        checkArgument(
                dilationHeight >= 1 && dilationWidth >= 1,
                "dilation %s × %s is not positive",
                dilationHeight,
                dilationWidth);
    }

    /** Square windows side by side. */
    public Pooling2D(PoolingKind kind, int size) {
        this(kind, size, size, size, size, Padding.none(), 1, 1, false);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
        checkArgument(inputs.size() == 1, "pooling takes 1 input, got %s", inputs.size());
        Window window = window(inputs.get(0));
        return new Shape(window.channels(), window.outHeight(), window.outWidth());
    }

    @Override
    public void forward(Slot slot) {
        if (kind == PoolingKind.MAX) {
            kernels(slot).maxPool(window(slot), slot.batch(), slot.input(0), slot.output(), chosen(slot));
        } else {
            average(slot, slot.input(0), slot.output());
        }
    }

    @Override
    public void backward(Slot slot) {
        Window window = window(slot);
        Buffer to = slot.inputDelta(0);
        if (kind == PoolingKind.MAX) {
            kernels(slot).maxPoolBackward(window, slot.batch(), chosen(slot), slot.delta(), to);
            return;
        }
        kernels(slot).averagePoolBackward(window, slot.batch(), isFullDivisor(), slot.delta(), to);
        sumOfMean(slot, window.inputLength(), to);
    }

    @Override
    public void tangent(Slot slot) {
        if (kind == PoolingKind.MAX) {
            kernels(slot).maxPoolGather(window(slot), slot.batch(), chosen(slot), slot.inputTangent(0), slot.tangent());
        } else {
            average(slot, slot.inputTangent(0), slot.tangent());
        }
    }

    private void average(Slot slot, Buffer from, Buffer to) {
        Window window = window(slot);
        kernels(slot).averagePool(window, slot.batch(), isFullDivisor(), from, to);
        sumOfMean(slot, slot.outputShape().length(), to);
    }

    /** A sum is the mean over the full window times its size. */
    private void sumOfMean(Slot slot, int perExample, Buffer values) {
        if (kind == PoolingKind.SUM) {
            slot.compute().linear().scale(perExample * slot.batch(), kernelHeight * kernelWidth, values);
        }
    }

    private boolean isFullDivisor() {
        return countsPadding || kind == PoolingKind.SUM;
    }

    private static WindowKernels kernels(Slot slot) {
        return slot.compute().windows();
    }

    private static Buffer chosen(Slot slot) {
        return slot.scratch(CHOSEN, slot.outputShape().length());
    }

    private Window window(Slot slot) {
        return window(slot.inputShape(0));
    }

    private Window window(Shape image) {
        return padding.window(
                image, kernelHeight, kernelWidth, strideHeight, strideWidth, dilationHeight, dilationWidth);
    }
}
