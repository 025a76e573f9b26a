package org.expunge.influence.network.layer;

import static com.google.common.base.Preconditions.checkArgument;

import org.expunge.influence.compute.Window;
import org.expunge.influence.data.Shape;

/**
 * Implicit rows and columns around an image.
 *
 * @param isSame whether the sizes follow from the image, so that the output is the input divided by the stride, rounded
 *     up (DL4J's {@code ConvolutionMode.Same}; an odd row or column goes to the bottom or right); the other components
 *     are then 0
 * @param top rows above
 * @param left columns left
 * @param bottom rows below
 * @param right columns right
 */
public record Padding(boolean isSame, int top, int left, int bottom, int right) {
    /** Checks the sizes. */
    public Padding {
        checkArgument(
                top >= 0 && left >= 0 && bottom >= 0 && right >= 0,
                "padding %s, %s, %s, %s is negative",
                top,
                left,
                bottom,
                right);
        checkArgument(
                !isSame || (top | left | bottom | right) == 0, "padding is either same or explicit, but both are set");
    }

    /** Padding that keeps the size of the image at stride 1. */
    public static Padding same() {
        return new Padding(true, 0, 0, 0, 0);
    }

    /** No padding. */
    public static Padding none() {
        return new Padding(false, 0, 0, 0, 0);
    }

    /** As much above as below, and as much left as right. */
    public static Padding symmetric(int height, int width) {
        return new Padding(false, height, width, height, width);
    }

    /**
     * Returns how a kernel slides over an image. Rows and columns that a last incomplete window would need are left out
     * (DL4J's {@code ConvolutionMode.Truncate}).
     *
     * @throws IllegalArgumentException if the kernel is larger than the padded image
     */
    Window window(
            Shape image,
            int kernelHeight,
            int kernelWidth,
            int strideHeight,
            int strideWidth,
            int dilationHeight,
            int dilationWidth) {
        int spanHeight = (kernelHeight - 1) * dilationHeight + 1;
        int spanWidth = (kernelWidth - 1) * dilationWidth + 1;
        int outHeight = outputs(image.height(), spanHeight, strideHeight, top + bottom);
        int outWidth = outputs(image.width(), spanWidth, strideWidth, left + right);
        checkArgument(
                outHeight > 0 && outWidth > 0,
                "a kernel that spans %s × %s does not fit into an image of %s with padding %s, %s, %s, %s",
                spanHeight,
                spanWidth,
                image,
                top,
                left,
                bottom,
                right);
        return new Window(
                image.channels(),
                image.height(),
                image.width(),
                kernelHeight,
                kernelWidth,
                strideHeight,
                strideWidth,
                before(image.height(), spanHeight, strideHeight, outHeight, top),
                before(image.width(), spanWidth, strideWidth, outWidth, left),
                dilationHeight,
                dilationWidth,
                outHeight,
                outWidth);
    }

    private int outputs(int size, int span, int stride, int padding) {
        return isSame ? (size + stride - 1) / stride : Math.floorDiv(size + padding - span, stride) + 1;
    }

    private int before(int size, int span, int stride, int out, int explicit) {
        return isSame ? Math.max(0, (out - 1) * stride + span - size) / 2 : explicit;
    }
}
