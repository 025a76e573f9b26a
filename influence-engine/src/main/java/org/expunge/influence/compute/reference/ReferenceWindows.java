package org.expunge.influence.compute.reference;

import static org.expunge.influence.compute.KernelChecks.checkHolds;
import static org.expunge.influence.compute.KernelChecks.checkWindowsMeetImage;
import static org.expunge.influence.compute.reference.ReferenceBuffer.valuesOf;

import java.util.Arrays;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Window;
import org.expunge.influence.compute.WindowKernels;

/** Window kernels that visit every window element and ask whether it lies inside the image. */
final class ReferenceWindows implements WindowKernels {
    /** What to do at one window element. */
    @FunctionalInterface
    private interface Visitor {
        /**
         * Visits element (row, column) of the window at an output position of a channel.
         *
         * @param output index of the position in {@code [C, outH, outW]}
         * @param slot kernel row · kW + kernel column
         * @param pixel index of the image element in {@code [C, H, W]}, or −1 outside the image
         */
        void visit(int output, int slot, int pixel);
    }

    private static void visitAll(Window w, Visitor visitor) {
        for (int channel = 0; channel < w.channels(); channel++) {
            for (int outRow = 0; outRow < w.outHeight(); outRow++) {
                for (int outColumn = 0; outColumn < w.outWidth(); outColumn++) {
                    int output = (channel * w.outHeight() + outRow) * w.outWidth() + outColumn;
                    for (int slot = 0; slot < w.kernelHeight() * w.kernelWidth(); slot++) {
                        visitor.visit(output, slot, pixelOf(w, channel, outRow, outColumn, slot));
                    }
                }
            }
        }
    }

    private static int pixelOf(Window w, int channel, int outRow, int outColumn, int slot) {
        int row = outRow * w.strideHeight() - w.padTop() + slot / w.kernelWidth() * w.dilationHeight();
        int column = outColumn * w.strideWidth() - w.padLeft() + slot % w.kernelWidth() * w.dilationWidth();
        boolean isInside = row >= 0 && row < w.height() && column >= 0 && column < w.width();
        return isInside ? (channel * w.height() + row) * w.width() + column : -1;
    }

    private static int columnRow(Window w, int output, int slot) {
        return output / w.positions() * w.kernelHeight() * w.kernelWidth() + slot;
    }

    private static double[] image(Window w, int batch, Buffer image) {
        checkHolds("the image tile", image, (long) w.inputLength() * batch);
        return valuesOf(image);
    }

    private static double[] pooled(Window w, int batch, String name, Buffer pooled) {
        checkWindowsMeetImage(w);
        checkHolds(name, pooled, (long) w.channels() * w.positions() * batch);
        return valuesOf(pooled);
    }

    private static double[] columns(Window w, int batch, Buffer columns) {
        checkHolds("the column matrix", columns, (long) w.patchLength() * w.positions() * batch);
        return valuesOf(columns);
    }

    @Override
    public void imageToColumns(Window w, int batch, Buffer image, Buffer columns) {
        double[] from = image(w, batch, image);
        double[] to = columns(w, batch, columns);
        visitAll(w, (output, slot, pixel) -> {
            int at = (columnRow(w, output, slot) * w.positions() + output % w.positions()) * batch;
            for (int b = 0; b < batch; b++) {
                to[at + b] = pixel < 0 ? 0 : from[pixel * batch + b];
            }
        });
    }

    @Override
    public void columnsToImage(Window w, int batch, Buffer columns, Buffer image) {
        double[] from = columns(w, batch, columns);
        double[] to = image(w, batch, image);
        Arrays.fill(to, 0, w.inputLength() * batch, 0);
        visitAll(w, (output, slot, pixel) -> {
            int at = (columnRow(w, output, slot) * w.positions() + output % w.positions()) * batch;
            for (int b = 0; b < batch && pixel >= 0; b++) {
                to[pixel * batch + b] += from[at + b];
            }
        });
    }

    @Override
    public void maxPool(Window w, int batch, Buffer image, Buffer pooled, Buffer slots) {
        double[] from = image(w, batch, image);
        double[] to = pooled(w, batch, "the pooled tile", pooled);
        double[] chosen = pooled(w, batch, "the slots", slots);
        Arrays.fill(to, 0, w.channels() * w.positions() * batch, Double.NEGATIVE_INFINITY);
        Arrays.fill(chosen, 0, w.channels() * w.positions() * batch, 0);
        visitAll(w, (output, slot, pixel) -> {
            for (int b = 0; b < batch && pixel >= 0; b++) {
                int at = output * batch + b;
                double value = from[pixel * batch + b];
                if (value > to[at]) {
                    chosen[at] = slot;
                }
                to[at] = Math.max(to[at], value);
            }
        });
    }

    @Override
    public void maxPoolBackward(Window w, int batch, Buffer slots, Buffer pooledDelta, Buffer imageDelta) {
        double[] chosen = pooled(w, batch, "the slots", slots);
        double[] from = pooled(w, batch, "the pooled tile", pooledDelta);
        double[] to = image(w, batch, imageDelta);
        Arrays.fill(to, 0, w.inputLength() * batch, 0);
        visitAll(w, (output, slot, pixel) -> {
            for (int b = 0; b < batch && pixel >= 0; b++) {
                int at = output * batch + b;
                if (chosen[at] == slot) {
                    to[pixel * batch + b] += from[at];
                }
            }
        });
    }

    @Override
    public void maxPoolGather(Window w, int batch, Buffer slots, Buffer image, Buffer pooled) {
        double[] chosen = pooled(w, batch, "the slots", slots);
        double[] from = image(w, batch, image);
        double[] to = pooled(w, batch, "the pooled tile", pooled);
        Arrays.fill(to, 0, w.channels() * w.positions() * batch, 0);
        visitAll(w, (output, slot, pixel) -> {
            for (int b = 0; b < batch && pixel >= 0; b++) {
                int at = output * batch + b;
                if (chosen[at] == slot) {
                    to[at] = from[pixel * batch + b];
                }
            }
        });
    }

    @Override
    public void averagePool(Window w, int batch, boolean countsPadding, Buffer image, Buffer pooled) {
        double[] from = image(w, batch, image);
        double[] to = pooled(w, batch, "the pooled tile", pooled);
        int[] divisors = divisors(w, countsPadding);
        Arrays.fill(to, 0, w.channels() * w.positions() * batch, 0);
        visitAll(w, (output, slot, pixel) -> {
            for (int b = 0; b < batch && pixel >= 0; b++) {
                to[output * batch + b] += from[pixel * batch + b] / divisors[output];
            }
        });
    }

    @Override
    public void averagePoolBackward(Window w, int batch, boolean countsPadding, Buffer pooledDelta, Buffer imageDelta) {
        double[] from = pooled(w, batch, "the pooled tile", pooledDelta);
        double[] to = image(w, batch, imageDelta);
        int[] divisors = divisors(w, countsPadding);
        Arrays.fill(to, 0, w.inputLength() * batch, 0);
        visitAll(w, (output, slot, pixel) -> {
            for (int b = 0; b < batch && pixel >= 0; b++) {
                to[pixel * batch + b] += from[output * batch + b] / divisors[output];
            }
        });
    }

    private static int[] divisors(Window w, boolean countsPadding) {
        int[] divisors = new int[w.channels() * w.positions()];
        visitAll(w, (output, slot, pixel) -> divisors[output] += countsPadding || pixel >= 0 ? 1 : 0);
        return divisors;
    }
}
