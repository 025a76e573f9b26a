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
        float[] run = Scratch.local().first(runs.length());
        int at = 0;
        for (int patch = 0; patch < w.patchLength(); patch++) {
            int kernelColumn = patch % w.kernelWidth();
            int kernelRow = patch / w.kernelWidth() % w.kernelHeight();
            int channel = patch / (w.kernelWidth() * w.kernelHeight());
            boolean isWhole = runs.isContiguous()
                    && runs.firstInside(kernelColumn) == 0
                    && runs.endInside(kernelColumn) == w.outWidth();
            for (int outRow = 0; outRow < w.outHeight(); outRow++) {
                int row = runs.imageRow(outRow, kernelRow);
                if (isWhole && runs.isInside(row)) {
                    to.put(at, from, runs.pixelStart(channel, row, 0, kernelColumn), runs.length());
                } else {
                    runs.gather(from, channel, outRow, kernelRow, kernelColumn, 0f, run, 0);
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
        Arrays.fill(to, 0, w.inputLength() * batch, 0f);
        WindowRuns runs = new WindowRuns(w, batch);
        float[] run = Scratch.local().first(runs.length());
        int at = 0;
        for (int patch = 0; patch < w.patchLength(); patch++) {
            int kernelColumn = patch % w.kernelWidth();
            int kernelRow = patch / w.kernelWidth() % w.kernelHeight();
            int channel = patch / (w.kernelWidth() * w.kernelHeight());
            for (int outRow = 0; outRow < w.outHeight(); outRow++) {
                from.get(at, run, 0, runs.length());
                runs.scatterAdd(run, to, channel, outRow, kernelRow, kernelColumn);
                at += runs.length();
            }
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
        int size = w.kernelHeight() * w.kernelWidth();
        float[] inputs = Scratch.local().first((size + 1) * n);
        float[] marks = Scratch.local().second(n);
        for (int channel = 0; channel < w.channels(); channel++) {
            for (int outRow = 0; outRow < w.outHeight(); outRow++) {
                for (int slot = 0; slot < size; slot++) {
                    int kernelRow = slot / w.kernelWidth();
                    int kernelColumn = slot % w.kernelWidth();
                    runs.gather(
                            from,
                            channel,
                            outRow,
                            kernelRow,
                            kernelColumn,
                            Float.NEGATIVE_INFINITY,
                            inputs,
                            (slot + 1) * n);
                }
                chooseLargest(inputs, n, size, marks);
                int start = runs.outputStart(channel, outRow);
                System.arraycopy(inputs, 0, to, start, n);
                System.arraycopy(marks, 0, chosen, start, n);
            }
        }
    }

    /** Leaves the maximum of runs 1 to {@code size} in run 0 of {@code inputs} and its first index in {@code marks}. */
    private static void chooseLargest(float[] inputs, int n, int size, float[] marks) {
        System.arraycopy(inputs, n, inputs, 0, n);
        for (int slot = 1; slot < size; slot++) {
            FloatLoops.maxFrom(inputs, (slot + 1) * n, inputs, n);
        }
        Arrays.fill(marks, 0, n, size - 1f);
        for (int slot = size - 2; slot >= 0; slot--) {
            FloatLoops.markWhereEqual(inputs, (slot + 1) * n, inputs, slot, marks, n);
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
        float[] run = Scratch.local().first(runs.length());
        for (int channel = 0; channel < w.channels(); channel++) {
            for (int outRow = 0; outRow < w.outHeight(); outRow++) {
                int start = runs.outputStart(channel, outRow);
                for (int slot = 0; slot < w.kernelHeight() * w.kernelWidth(); slot++) {
                    FloatLoops.selectSlot(chosen, from, start, slot, run, runs.length());
                    int kernelRow = slot / w.kernelWidth();
                    int kernelColumn = slot % w.kernelWidth();
                    if (isDisjoint) {
                        runs.scatter(run, to, channel, outRow, kernelRow, kernelColumn);
                    } else {
                        runs.scatterAdd(run, to, channel, outRow, kernelRow, kernelColumn);
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
        float[] run = Scratch.local().first(runs.length());
        float[] sum = Scratch.local().second(runs.length());
        for (int channel = 0; channel < w.channels(); channel++) {
            for (int outRow = 0; outRow < w.outHeight(); outRow++) {
                int start = runs.outputStart(channel, outRow);
                Arrays.fill(sum, 0, runs.length(), 0f);
                for (int slot = 0; slot < w.kernelHeight() * w.kernelWidth(); slot++) {
                    runs.gather(from, channel, outRow, slot / w.kernelWidth(), slot % w.kernelWidth(), 0f, run, 0);
                    FloatLoops.addWhereSlot(chosen, start, slot, run, sum, runs.length());
                }
                System.arraycopy(sum, 0, to, start, runs.length());
            }
        }
    }

    @Override
    public void averagePool(Window w, int batch, boolean countsPadding, Buffer image, Buffer pooled) {
        int outputs = checkPooled(w, batch, image, pooled);
        float[] from = read(image);
        float[] to = overwrite(pooled, outputs);
        Arrays.fill(to, 0, outputs, 0f);
        WindowRuns runs = new WindowRuns(w, batch);
        float[] run = Scratch.local().first(runs.length());
        float[] shares = new float[w.outWidth()];
        for (int channel = 0; channel < w.channels(); channel++) {
            for (int outRow = 0; outRow < w.outHeight(); outRow++) {
                int start = runs.outputStart(channel, outRow);
                for (int slot = 0; slot < w.kernelHeight() * w.kernelWidth(); slot++) {
                    runs.gather(from, channel, outRow, slot / w.kernelWidth(), slot % w.kernelWidth(), 0f, run, 0);
                    FloatLoops.addAt(run, to, start, runs.length());
                }
                shares(w, runs, outRow, countsPadding, shares);
                scaleColumns(shares, batch, to, start);
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
        float[] run = Scratch.local().first(runs.length());
        float[] shares = new float[w.outWidth()];
        for (int channel = 0; channel < w.channels(); channel++) {
            for (int outRow = 0; outRow < w.outHeight(); outRow++) {
                System.arraycopy(from, runs.outputStart(channel, outRow), run, 0, runs.length());
                shares(w, runs, outRow, countsPadding, shares);
                scaleColumns(shares, batch, run, 0);
                for (int slot = 0; slot < w.kernelHeight() * w.kernelWidth(); slot++) {
                    runs.scatterAdd(run, to, channel, outRow, slot / w.kernelWidth(), slot % w.kernelWidth());
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

    private static void scaleColumns(float[] factors, int batch, float[] values, int start) {
        for (int column = 0; column < factors.length; column++) {
            int from = start + column * batch;
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
