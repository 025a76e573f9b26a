package org.expunge.influence.compute.cpu;

import java.util.Arrays;
import org.expunge.influence.compute.Window;

/**
 * The part of an image that one window element meets as the window moves along one output row: a run of {@code outWidth
 * · batch} numbers.
 */
final class WindowRuns {
    private final Window window;
    private final int batch;

    WindowRuns(Window window, int batch) {
        this.window = window;
        this.batch = batch;
    }

    /** Returns the number of examples. */
    int batch() {
        return batch;
    }

    /** Returns the length of a run. */
    int length() {
        return window.outWidth() * batch;
    }

    /** Returns where in {@code [C, outH, outW, B]} the run of an output row starts. */
    int outputStart(int channel, int outRow) {
        return (channel * window.outHeight() + outRow) * length();
    }

    /** Returns the image row that kernel row {@code kernelRow} meets at an output row; it may lie outside the image. */
    int imageRow(int outRow, int kernelRow) {
        return outRow * window.strideHeight() - window.padTop() + kernelRow * window.dilationHeight();
    }

    /** Whether an image row, as {@link #imageRow} gives it, exists. */
    boolean isInside(int imageRow) {
        return imageRow >= 0 && imageRow < window.height();
    }

    /** Returns the first output column whose pixel under {@code kernelColumn} lies inside the image. */
    int firstInside(int kernelColumn) {
        int missing = window.padLeft() - kernelColumn * window.dilationWidth();
        return Math.min(window.outWidth(), Math.max(0, ceilDivide(missing, window.strideWidth())));
    }

    /** Returns one more than the last such output column, at least {@link #firstInside}. */
    int endInside(int kernelColumn) {
        int room = window.width() + window.padLeft() - kernelColumn * window.dilationWidth();
        int end = Math.min(window.outWidth(), Math.max(0, ceilDivide(room, window.strideWidth())));
        return Math.max(firstInside(kernelColumn), end);
    }

    /** Returns the length of one channel of the image. */
    int planeLength() {
        return window.height() * window.width() * batch;
    }

    /** Returns where in its channel the pixel under {@code kernelColumn} at an output column starts. */
    int pixelStart(int imageRow, int outColumn, int kernelColumn) {
        int column = outColumn * window.strideWidth() - window.padLeft() + kernelColumn * window.dilationWidth();
        return (imageRow * window.width() + column) * batch;
    }

    /** Whether neighbouring output columns read neighbouring pixels. */
    boolean isContiguous() {
        return window.strideWidth() == 1;
    }

    /**
     * Copies a run out of a channel.
     *
     * @param image the image tile
     * @param plane where the channel starts
     * @param outside what to write where the window hangs over the edge
     * @param run written
     */
    void gather(float[] image, int plane, int outRow, int kernelRow, int kernelColumn, float outside, float[] run) {
        int row = imageRow(outRow, kernelRow);
        if (!isInside(row)) {
            Arrays.fill(run, 0, length(), outside);
            return;
        }
        int first = firstInside(kernelColumn);
        int end = endInside(kernelColumn);
        Arrays.fill(run, 0, first * batch, outside);
        Arrays.fill(run, end * batch, length(), outside);
        if (isContiguous() && first < end) {
            int start = plane + pixelStart(row, first, kernelColumn);
            System.arraycopy(image, start, run, first * batch, (end - first) * batch);
            return;
        }
        for (int column = first; column < end; column++) {
            System.arraycopy(image, plane + pixelStart(row, column, kernelColumn), run, column * batch, batch);
        }
    }

    /** Writes a run into a channel, leaving out what hangs over the edge. */
    void scatter(float[] run, float[] image, int plane, int outRow, int kernelRow, int kernelColumn) {
        int row = imageRow(outRow, kernelRow);
        if (!isInside(row)) {
            return;
        }
        int end = endInside(kernelColumn);
        for (int column = firstInside(kernelColumn); column < end; column++) {
            System.arraycopy(run, column * batch, image, plane + pixelStart(row, column, kernelColumn), batch);
        }
    }

    /** Adds a run to a channel, leaving out what hangs over the edge. */
    void scatterAdd(float[] run, float[] image, int plane, int outRow, int kernelRow, int kernelColumn) {
        int row = imageRow(outRow, kernelRow);
        if (!isInside(row)) {
            return;
        }
        int end = endInside(kernelColumn);
        for (int column = firstInside(kernelColumn); column < end; column++) {
            int start = plane + pixelStart(row, column, kernelColumn);
            for (int b = 0; b < batch; b++) {
                image[start + b] += run[column * batch + b];
            }
        }
    }

    private static int ceilDivide(int numerator, int denominator) {
        return -Math.floorDiv(-numerator, denominator);
    }
}
