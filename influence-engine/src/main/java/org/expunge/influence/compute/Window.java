package org.expunge.influence.compute;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * How a kernel window slides over an image.
 *
 * @param channels input channels
 * @param height input height
 * @param width input width
 * @param kernelHeight window rows
 * @param kernelWidth window columns
 * @param strideHeight step between windows, in rows
 * @param strideWidth step between windows, in columns
 * @param padTop implicit rows above the image
 * @param padLeft implicit columns left of the image
 * @param dilationHeight distance between window rows
 * @param dilationWidth distance between window columns
 * @param outHeight windows in vertical direction
 * @param outWidth windows in horizontal direction
 */
public record Window(
        int channels,
        int height,
        int width,
        int kernelHeight,
        int kernelWidth,
        int strideHeight,
        int strideWidth,
        int padTop,
        int padLeft,
        int dilationHeight,
        int dilationWidth,
        int outHeight,
        int outWidth) {
    /** Checks that sizes are positive; padding may be 0. */
    public Window {
        checkArgument(channels > 0 && height > 0 && width > 0, "image %s × %s × %s is empty", channels, height, width);
        checkArgument(kernelHeight > 0 && kernelWidth > 0, "kernel %s × %s is empty", kernelHeight, kernelWidth);
        checkArgument(strideHeight > 0 && strideWidth > 0, "stride %s × %s is not positive", strideHeight, strideWidth);
        checkArgument(padTop >= 0 && padLeft >= 0, "padding %s, %s is negative", padTop, padLeft);
        checkArgument(
                dilationHeight > 0 && dilationWidth > 0,
                "dilation %s × %s is not positive",
                dilationHeight,
                dilationWidth);
        checkArgument(outHeight > 0 && outWidth > 0, "output %s × %s is empty", outHeight, outWidth);
    }

    /** Returns the number of input elements an example has. */
    public int inputLength() {
        return channels * height * width;
    }

    /** Returns the number of windows an example has. */
    public int positions() {
        return outHeight * outWidth;
    }

    /** Returns the number of elements under one window over all channels. */
    public int patchLength() {
        return channels * kernelHeight * kernelWidth;
    }
}
