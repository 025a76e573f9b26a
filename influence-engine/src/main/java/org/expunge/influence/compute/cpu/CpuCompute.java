package org.expunge.influence.compute.cpu;

import static org.expunge.influence.compute.KernelChecks.checkRange;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.HostNormalization;
import org.expunge.influence.compute.HostSums;
import org.expunge.influence.compute.KernelFamilies;
import org.expunge.influence.compute.MemoryUse;
import org.expunge.influence.compute.Precision;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.compute.reference.ColumnLosses;

/**
 * The CPU backend: float32, OpenBLAS for products.
 *
 * <p>BLAS runs on the calling thread alone; use one Java worker per core over tiles of examples instead
 * ({@link org.expunge.influence.compute.Workers}). The compute keeps only scratch per thread, so threads may share it.
 */
public final class CpuCompute implements Compute {
    /** With fewer, OpenBLAS is slower; with more, a product leaves the cache. */
    private static final int PRODUCT_ROWS = 512;

    private final MemoryUse memory = new MemoryUse();
    private final KernelFamilies kernels = new KernelFamilies(
            new CpuLinear(),
            new CpuWindows(),
            new CpuLookups(),
            new CpuElements(),
            new CpuReductions(),
            new HostNormalization(this),
            new ColumnLosses(new CpuColumns()),
            new CpuUpdates(),
            new CpuEigen(),
            new CpuCholesky());

    /**
     * Loads OpenBLAS and sets it to one thread.
     *
     * @throws UnsatisfiedLinkError if there is no OpenBLAS for this platform on the class path
     */
    public CpuCompute() {
        Loader.load(openblas.class);
        openblas.blas_set_num_threads(1);
    }

    @Override
    public String name() {
        return "cpu";
    }

    @Override
    public Precision precision() {
        return Precision.FLOAT32;
    }

    @Override
    public MemoryUse memory() {
        return memory;
    }

    @Override
    public int bytesPerNumber() {
        return 2 * Float.BYTES; // both sides of a CpuBuffer
    }

    @Override
    public Buffer allocate(int length) {
        return new CpuBuffer(length, memory);
    }

    @Override
    public Sums sums(int length) {
        return new HostSums(length, memory);
    }

    @Override
    public int productRows(int columns) {
        return PRODUCT_ROWS;
    }

    @Override
    public void write(double[] from, int fromOffset, Buffer to, int toOffset, int length) {
        checkRange("the buffer", to, toOffset, length);
        CpuBuffer target = CpuBuffer.of(to);
        if (target.isNativeOnly() && length < target.length()) {
            target.nativeForUpdate();
            FloatBuffer side = target.view();
            for (int i = 0; i < length; i++) {
                side.put(toOffset + i, (float) from[fromOffset + i]);
            }
            return;
        }
        float[] side = target.heapForOverwrite(length);
        for (int i = 0; i < length; i++) {
            side[toOffset + i] = (float) from[fromOffset + i];
        }
    }

    @Override
    public void read(Buffer from, int fromOffset, double[] to, int toOffset, int length) {
        checkRange("the buffer", from, fromOffset, length);
        CpuBuffer source = CpuBuffer.of(from);
        if (source.isNativeOnly() && length < source.length()) {
            FloatBuffer side = source.view();
            for (int i = 0; i < length; i++) {
                to[toOffset + i] = side.get(fromOffset + i);
            }
            return;
        }
        float[] side = source.heapForRead();
        for (int i = 0; i < length; i++) {
            to[toOffset + i] = side[fromOffset + i];
        }
    }

    @Override
    public void copy(Buffer from, int fromOffset, Buffer to, int toOffset, int length) {
        checkRange("the source", from, fromOffset, length);
        checkRange("the target", to, toOffset, length);
        CpuBuffer source = CpuBuffer.of(from);
        CpuBuffer target = CpuBuffer.of(to);
        if (source.isNativeOnly() && source != target) {
            target.nativeForOverwrite(length);
            target.view().put(toOffset, source.view(), fromOffset, length);
            return;
        }
        float[] side = source.heapForRead();
        System.arraycopy(side, fromOffset, target.heapForOverwrite(length), toOffset, length);
    }

    @Override
    public void fill(Buffer buffer, int offset, int length, double value) {
        checkRange("the buffer", buffer, offset, length);
        Arrays.fill(CpuBuffer.overwrite(buffer, length), offset, offset + length, (float) value);
    }

    @Override
    public KernelFamilies kernels() {
        return kernels;
    }

    @Override
    public void close() {
        // native memory belongs to the buffers
    }
}
