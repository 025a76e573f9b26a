package org.expunge.influence.compute.cpu;

import static org.expunge.influence.compute.KernelChecks.checkHolds;
import static org.expunge.influence.compute.KernelChecks.checkWindowsMeetImage;
import static org.expunge.influence.compute.cpu.CpuBuffer.overwrite;
import static org.expunge.influence.compute.cpu.CpuBuffer.read;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Window;
import org.expunge.influence.compute.WindowKernels;

/** Window kernels as copies and loops over whole {@linkplain WindowRuns runs}. */
final class CpuWindows implements WindowKernels {
    /*
     * Floors, counted per example (4 bytes a number). im2col: read C·H·W once (it stays in cache), write patch · positions;
     * LeNet 25 · 576 + 500 · 64 = 46 400 numbers, 0.19 MB, 4 µs at the 0.08 ns of a bulk copy. col2im: read 32 000, add
     * 32 000. Max pooling 2 × 2: read 14 720, write 2 · 3 680, three maxima and three masks for each output.
     */

    @Override
    public void imageToColumns(Window w, int batch, Buffer image, Buffer columns) {
        int columnsLength = checkColumns(w, batch, image, columns);
        float[] from = read(image);
        CpuBuffer target = CpuBuffer.of(columns);
        target.nativeForOverwrite(columnsLength);
        FloatBuffer to = target.view();
        WindowRuns runs = new WindowRuns(w, batch);
        float[] run = Scratch.local().array(0, runs.length());
        int at = 0;
        for (int patch = 0; patch < w.patchLength(); patch++) {
            int kernelColumn = patch % w.kernelWidth();
            int kernelRow = patch / w.kernelWidth() % w.kernelHeight();
            int plane = patch / (w.kernelWidth() * w.kernelHeight()) * runs.planeLength();
            boolean isWhole = runs.isContiguous()
                    && runs.firstInside(kernelColumn) == 0
                    && runs.endInside(kernelColumn) == w.outWidth();
            for (int outRow = 0; outRow < w.outHeight(); outRow++) {
                int row = runs.imageRow(outRow, kernelRow);
                if (isWhole && runs.isInside(row)) {
                    to.put(at, from, plane + runs.pixelStart(row, 0, kernelColumn), runs.length());
                } else {
                    runs.gather(from, plane, outRow, kernelRow, kernelColumn, 0f, run);
                    to.put(at, run, 0, runs.length());
                }
                at += runs.length();
            }
        }
    }

    @Override
    public void columnsToImage(Window w, int batch, Buffer columns, Buffer image) {
        checkColumns(w, batch, image, columns);
        CpuBuffer source = CpuBuffer.of(columns);
        source.nativeForRead();
        FloatBuffer from = source.view();
        float[] to = overwrite(image, w.inputLength() * batch);
        WindowRuns runs = new WindowRuns(w, batch);
        int planeLength = runs.planeLength();
        float[] sum = Scratch.local().array(0, planeLength);
        float[] part = Scratch.local().array(1, Math.max(planeLength, runs.length()));
        int at = 0;
        for (int channel = 0; channel < w.channels(); channel++) {
            Arrays.fill(sum, 0, planeLength, 0f);
            for (int slot = 0; slot < w.kernelHeight() * w.kernelWidth(); slot++) {
                for (int outRow = 0; outRow < w.outHeight(); outRow++) {
                    addColumns(from, at, runs, outRow, slot / w.kernelWidth(), slot % w.kernelWidth(), part, sum);
                    at += runs.length();
                }
            }
            System.arraycopy(sum, 0, to, channel * planeLength, planeLength);
        }
    }

    /** Adds the run of the column matrix that starts at {@code at} to one channel. */
    private static void addColumns(
            FloatBuffer from,
            int at,
            WindowRuns runs,
            int outRow,
            int kernelRow,
            int kernelColumn,
            float[] part,
            float[] sum) {
        int row = runs.imageRow(outRow, kernelRow);
        int first = runs.firstInside(kernelColumn);
        int end = runs.endInside(kernelColumn);
        if (!runs.isContiguous()) {
            from.get(at, part, 0, runs.length());
            runs.scatterAdd(part, sum, 0, outRow, kernelRow, kernelColumn);
        } else if (runs.isInside(row) && first < end) {
            int batch = runs.batch();
            int start = runs.pixelStart(row, first, kernelColumn);
            int length = (end - first) * batch;
            from.get(at + first * batch, part, start, length);
            FloatLoops.addRange(part, sum, start, start + length);
        }
    }

    @Override
    public void maxPool(Window w, int batch, Buffer image, Buffer pooled, Buffer slots) {
        int outputs = checkPooled(w, batch, image, pooled);
        checkHolds("the slots", slots, outputs);
        float[] from = read(image);
        float[] to = overwrite(pooled, outputs);
        float[] chosen = overwrite(slots, outputs);
        WindowRuns runs = new WindowRuns(w, batch);
        int n = runs.length();
        float[] best = Scratch.local().array(0, n);
        float[] marks = Scratch.local().array(1, n);
        float[][] inputs = new float[w.kernelHeight() * w.kernelWidth()][];
        Arrays.setAll(inputs, slot -> Scratch.local().array(2 + slot, n));
        for (int channel = 0; channel < w.channels(); channel++) {
            int plane = channel * runs.planeLength();
            for (int outRow = 0; outRow < w.outHeight(); outRow++) {
                for (int slot = 0; slot < inputs.length; slot++) {
                    int kernelRow = slot / w.kernelWidth();
                    int kernelColumn = slot % w.kernelWidth();
                    runs.gather(from, plane, outRow, kernelRow, kernelColumn, Float.NEGATIVE_INFINITY, inputs[slot]);
                }
                chooseLargest(inputs, n, best, marks);
                int start = runs.outputStart(channel, outRow);
                System.arraycopy(best, 0, to, start, n);
                System.arraycopy(marks, 0, chosen, start, n);
            }
        }
    }

    /** Writes the maximum over {@code inputs}, and in {@code marks} the first input that has it. */
    private static void chooseLargest(float[][] inputs, int n, float[] best, float[] marks) {
        System.arraycopy(inputs[0], 0, best, 0, n);
        for (int slot = 1; slot < inputs.length; slot++) {
            FloatLoops.max(inputs[slot], best, n);
        }
        Arrays.fill(marks, 0, n, inputs.length - 1f);
        for (int slot = inputs.length - 2; slot >= 0; slot--) {
            FloatLoops.markWhereEqual(inputs[slot], best, slot, marks, n);
        }
    }

    @Override
    public void maxPoolBackward(Window w, int batch, Buffer slots, Buffer pooledDelta, Buffer imageDelta) {
        int outputs = checkPooled(w, batch, imageDelta, pooledDelta);
        checkHolds("the slots", slots, outputs);
        float[] chosen = read(slots);
        float[] from = read(pooledDelta);
        float[] to = overwrite(imageDelta, w.inputLength() * batch);
        Arrays.fill(to, 0, w.inputLength() * batch, 0f);
        WindowRuns runs = new WindowRuns(w, batch);
        boolean isDisjoint = isDisjoint(w);
        int n = runs.length();
        float[] part = Scratch.local().array(0, n);
        float[] delta = Scratch.local().array(1, n);
        float[] marks = Scratch.local().array(2, n);
        for (int channel = 0; channel < w.channels(); channel++) {
            int plane = channel * runs.planeLength();
            for (int outRow = 0; outRow < w.outHeight(); outRow++) {
                int start = runs.outputStart(channel, outRow);
                System.arraycopy(from, start, delta, 0, n);
                System.arraycopy(chosen, start, marks, 0, n);
                for (int slot = 0; slot < w.kernelHeight() * w.kernelWidth(); slot++) {
                    int kernelRow = slot / w.kernelWidth();
                    int kernelColumn = slot % w.kernelWidth();
                    FloatLoops.selectSlot(marks, delta, slot, part, n);
                    if (isDisjoint) {
                        runs.scatter(part, to, plane, outRow, kernelRow, kernelColumn);
                    } else {
                        runs.scatterAdd(part, to, plane, outRow, kernelRow, kernelColumn);
                    }
                }
            }
        }
    }

    @Override
    public void maxPoolGather(Window w, int batch, Buffer slots, Buffer image, Buffer pooled) {
        int outputs = checkPooled(w, batch, image, pooled);
        checkHolds("the slots", slots, outputs);
        float[] chosen = read(slots);
        float[] from = read(image);
        float[] to = overwrite(pooled, outputs);
        WindowRuns runs = new WindowRuns(w, batch);
        int n = runs.length();
        float[] input = Scratch.local().array(0, n);
        float[] sum = Scratch.local().array(1, n);
        float[] marks = Scratch.local().array(2, n);
        for (int channel = 0; channel < w.channels(); channel++) {
            int plane = channel * runs.planeLength();
            for (int outRow = 0; outRow < w.outHeight(); outRow++) {
                int start = runs.outputStart(channel, outRow);
                System.arraycopy(chosen, start, marks, 0, n);
                Arrays.fill(sum, 0, n, 0f);
                for (int slot = 0; slot < w.kernelHeight() * w.kernelWidth(); slot++) {
                    runs.gather(from, plane, outRow, slot / w.kernelWidth(), slot % w.kernelWidth(), 0f, input);
                    FloatLoops.selectSlot(marks, input, slot, input, n);
                    FloatLoops.add(input, sum, sum, n);
                }
                System.arraycopy(sum, 0, to, start, n);
            }
        }
    }

    @Override
    public void averagePool(Window w, int batch, boolean countsPadding, Buffer image, Buffer pooled) {
        int outputs = checkPooled(w, batch, image, pooled);
        float[] from = read(image);
        float[] to = overwrite(pooled, outputs);
        WindowRuns runs = new WindowRuns(w, batch);
        int n = runs.length();
        float[] input = Scratch.local().array(0, n);
        float[] sum = Scratch.local().array(1, n);
        float[] shares = new float[w.outWidth()];
        for (int channel = 0; channel < w.channels(); channel++) {
            int plane = channel * runs.planeLength();
            for (int outRow = 0; outRow < w.outHeight(); outRow++) {
                Arrays.fill(sum, 0, n, 0f);
                for (int slot = 0; slot < w.kernelHeight() * w.kernelWidth(); slot++) {
                    runs.gather(from, plane, outRow, slot / w.kernelWidth(), slot % w.kernelWidth(), 0f, input);
                    FloatLoops.add(input, sum, sum, n);
                }
                shares(w, runs, outRow, countsPadding, shares);
                scaleColumns(shares, batch, sum);
                System.arraycopy(sum, 0, to, runs.outputStart(channel, outRow), n);
            }
        }
    }

    @Override
    public void averagePoolBackward(Window w, int batch, boolean countsPadding, Buffer pooledDelta, Buffer imageDelta) {
        checkPooled(w, batch, imageDelta, pooledDelta);
        float[] from = read(pooledDelta);
        float[] to = overwrite(imageDelta, w.inputLength() * batch);
        Arrays.fill(to, 0, w.inputLength() * batch, 0f);
        WindowRuns runs = new WindowRuns(w, batch);
        float[] run = Scratch.local().array(0, runs.length());
        float[] shares = new float[w.outWidth()];
        for (int channel = 0; channel < w.channels(); channel++) {
            int plane = channel * runs.planeLength();
            for (int outRow = 0; outRow < w.outHeight(); outRow++) {
                System.arraycopy(from, runs.outputStart(channel, outRow), run, 0, runs.length());
                shares(w, runs, outRow, countsPadding, shares);
                scaleColumns(shares, batch, run);
                for (int slot = 0; slot < w.kernelHeight() * w.kernelWidth(); slot++) {
                    runs.scatterAdd(run, to, plane, outRow, slot / w.kernelWidth(), slot % w.kernelWidth());
                }
            }
        }
    }

    /** Writes 1 / divisor of each mean in an output row. */
    private static void shares(Window w, WindowRuns runs, int outRow, boolean countsPadding, float[] shares) {
        if (countsPadding) {
            Arrays.fill(shares, 1f / (w.kernelHeight() * w.kernelWidth()));
            return;
        }
        int rows = 0;
        for (int kernelRow = 0; kernelRow < w.kernelHeight(); kernelRow++) {
            rows += runs.isInside(runs.imageRow(outRow, kernelRow)) ? 1 : 0;
        }
        for (int column = 0; column < w.outWidth(); column++) {
            int columns = 0;
            for (int kernelColumn = 0; kernelColumn < w.kernelWidth(); kernelColumn++) {
                columns += runs.firstInside(kernelColumn) <= column && column < runs.endInside(kernelColumn) ? 1 : 0;
            }
            shares[column] = 1f / (rows * columns);
        }
    }

    private static void scaleColumns(float[] factors, int batch, float[] values) {
        for (int column = 0; column < factors.length; column++) {
            int from = column * batch;
            for (int i = from; i < from + batch; i++) {
                values[i] *= factors[column];
            }
        }
    }

    /** Whether no pixel lies under two windows. */
    private static boolean isDisjoint(Window w) {
        return w.dilationHeight() == 1
                && w.dilationWidth() == 1
                && w.strideHeight() >= w.kernelHeight()
                && w.strideWidth() >= w.kernelWidth();
    }

    private static int checkColumns(Window w, int batch, Buffer image, Buffer columns) {
        checkHolds("the image tile", image, (long) w.inputLength() * batch);
        checkHolds("the column matrix", columns, (long) w.patchLength() * w.positions() * batch);
        return w.patchLength() * w.positions() * batch;
    }

    private static int checkPooled(Window w, int batch, Buffer image, Buffer pooled) {
        checkWindowsMeetImage(w);
        checkHolds("the image tile", image, (long) w.inputLength() * batch);
        checkHolds("the pooled tile", pooled, (long) w.channels() * w.positions() * batch);
        return w.channels() * w.positions() * batch;
    }
}
