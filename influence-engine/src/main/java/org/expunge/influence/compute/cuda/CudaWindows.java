package org.expunge.influence.compute.cuda;

import static org.expunge.influence.compute.KernelChecks.checkHolds;
import static org.expunge.influence.compute.KernelChecks.checkWindowsMeetImage;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Window;
import org.expunge.influence.compute.WindowKernels;

/** Windows by kernels whose threads each write a number, or four examples of one. Sums of pixels are float32. */
final class CudaWindows implements WindowKernels {
    private static final String MODULE = "windows";
    /** Numbers of a float4. */
    private static final int VECTOR = 4;
    /** Blocks that fill the largest GPU of today several times; beyond them a thread fills several rows of columns. */
    private static final int BLOCKS = 4_096;

    private final CudaDevice device;

    CudaWindows(CudaDevice device) {
        this.device = device;
    }

    @Override
    public void imageToColumns(Window w, int batch, Buffer image, Buffer columns) {
        checkColumns(w, batch, image, columns);
        int length = w.positions() * batch / vector(batch);
        if (length == 0) {
            return;
        }
        int width = length >= Launch.THREADS ? Launch.THREADS : Integer.highestOneBit(2 * length - 1);
        int blocks = (length - 1) / width + 1;
        int lanes = Launch.THREADS / width;
        int needed = (w.patchLength() - 1) / lanes + 1;
        launch("imageToColumns" + vector(batch), w, batch)
                .value(width)
                .read(image)
                .write(columns)
                .grid(blocks, Math.min(needed, Math.max(1, BLOCKS / blocks)), Launch.THREADS);
    }

    @Override
    public void columnsToImage(Window w, int batch, Buffer columns, Buffer image) {
        checkColumns(w, batch, image, columns);
        launch("columnsToImage" + vector(batch), w, batch)
                .read(columns)
                .write(image)
                .over((long) w.inputLength() * batch / vector(batch));
    }

    @Override
    public void maxPool(Window w, int batch, Buffer image, Buffer pooled, Buffer slots) {
        long outputs = checkPooled(w, batch, image, pooled);
        checkHolds("the slots", slots, outputs);
        launch("maxPool", w, batch).read(image).write(pooled).write(slots).over(outputs);
    }

    @Override
    public void maxPoolBackward(Window w, int batch, Buffer slots, Buffer pooledDelta, Buffer imageDelta) {
        long outputs = checkPooled(w, batch, imageDelta, pooledDelta);
        checkHolds("the slots", slots, outputs);
        launch("maxPoolBackward", w, batch)
                .read(slots)
                .read(pooledDelta)
                .write(imageDelta)
                .over((long) w.inputLength() * batch);
    }

    @Override
    public void maxPoolGather(Window w, int batch, Buffer slots, Buffer image, Buffer pooled) {
        long outputs = checkPooled(w, batch, image, pooled);
        checkHolds("the slots", slots, outputs);
        launch("maxPoolGather", w, batch).read(slots).read(image).write(pooled).over(outputs);
    }

    @Override
    public void averagePool(Window w, int batch, boolean countsPadding, Buffer image, Buffer pooled) {
        long outputs = checkPooled(w, batch, image, pooled);
        launch("averagePool", w, batch)
                .value(countsPadding ? 1 : 0)
                .read(image)
                .write(pooled)
                .over(outputs);
    }

    @Override
    public void averagePoolBackward(Window w, int batch, boolean countsPadding, Buffer pooledDelta, Buffer imageDelta) {
        checkPooled(w, batch, imageDelta, pooledDelta);
        launch("averagePoolBackward", w, batch)
                .value(countsPadding ? 1 : 0)
                .read(pooledDelta)
                .write(imageDelta)
                .over((long) w.inputLength() * batch);
    }

    private Launch launch(String kernel, Window w, int batch) {
        return device.launch(MODULE, kernel)
                .value(w.channels())
                .value(w.height())
                .value(w.width())
                .value(w.kernelHeight())
                .value(w.kernelWidth())
                .value(w.strideHeight())
                .value(w.strideWidth())
                .value(w.padTop())
                .value(w.padLeft())
                .value(w.dilationHeight())
                .value(w.dilationWidth())
                .value(w.outHeight())
                .value(w.outWidth())
                .value(batch);
    }

    /** Returns how many examples a thread takes at a time. */
    private static int vector(int batch) {
        return batch % VECTOR == 0 ? VECTOR : 1;
    }

    private static void checkColumns(Window w, int batch, Buffer image, Buffer columns) {
        checkHolds("the image tile", image, (long) w.inputLength() * batch);
        checkHolds("the column matrix", columns, (long) w.patchLength() * w.positions() * batch);
    }

    private static long checkPooled(Window w, int batch, Buffer image, Buffer pooled) {
        long outputs = (long) w.channels() * w.positions() * batch;
        checkWindowsMeetImage(w);
        checkHolds("the image tile", image, (long) w.inputLength() * batch);
        checkHolds("the pooled tile", pooled, outputs);
        return outputs;
    }
}
