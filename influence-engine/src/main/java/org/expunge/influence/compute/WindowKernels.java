package org.expunge.influence.compute;

/**
 * Kernels that slide a {@link Window} over a tile of images. An image tile is {@code [C, H, W, B]}, a pooled one
 * {@code [C, outH, outW, B]}, and a column matrix {@code [C·kH·kW, outH·outW·B]} (patch order channel, kernel row,
 * kernel column). Positions outside the image read as 0, and as −∞ for the maximum. A pooling window that holds no
 * pixel is refused.
 */
public interface WindowKernels {
    /** Writes the column matrix of {@code image}. */
    void imageToColumns(Window window, int batch, Buffer image, Buffer columns);

    /** Writes to {@code image} the sum of all column entries that came from each pixel: the adjoint of im2col. */
    void columnsToImage(Window window, int batch, Buffer columns, Buffer image);

    /**
     * Writes the largest value under each window, and in {@code slots} which window element it was (kernel row · kW +
     * kernel column, the first one on ties), stored as a number.
     */
    void maxPool(Window window, int batch, Buffer image, Buffer pooled, Buffer slots);

    /** Writes to {@code imageDelta} the sum of {@code pooledDelta} over the windows that chose each pixel. */
    void maxPoolBackward(Window window, int batch, Buffer slots, Buffer pooledDelta, Buffer imageDelta);

    /** Writes the value of {@code image} at the element that {@code slots} names: the tangent of max pooling. */
    void maxPoolGather(Window window, int batch, Buffer slots, Buffer image, Buffer pooled);

    /**
     * Writes the mean under each window.
     *
     * @param countsPadding whether the divisor is the full window, or only its part inside the image
     */
    void averagePool(Window window, int batch, boolean countsPadding, Buffer image, Buffer pooled);

    /** Writes the adjoint of {@link #averagePool} applied to {@code pooledDelta}. */
    void averagePoolBackward(Window window, int batch, boolean countsPadding, Buffer pooledDelta, Buffer imageDelta);
}
