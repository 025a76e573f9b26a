package org.expunge.influence.compute.cuda;

import static org.expunge.influence.compute.KernelChecks.checkRange;

import java.util.Locale;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.KernelFamilies;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.MemoryUse;
import org.expunge.influence.compute.Precision;
import org.expunge.influence.compute.Replay;
import org.expunge.influence.compute.RowLoader;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.compute.cuda.driver.Driver;

/**
 * The backend for NVIDIA GPUs: float32, cuBLAS for products, cuSOLVER for decompositions, kernels of our own for the
 * rest.
 *
 * <p>Calls return when their work is queued, but for those that give numbers to the host: {@link #read}, reading and
 * writing {@link Sums}, and kernels that write a host array, return a number or check one. Each thread has a stream; up
 * to {@value CudaDevice#MOST_STREAMS} threads may work at a time. An error of a kernel shows at the next call that
 * waits.
 */
public final class CudaCompute implements Compute {
    /** Threads that may work at a time. */
    public static final int MOST_THREADS = CudaDevice.MOST_STREAMS;

    /*
     * A product of 16 384 rows with a window of 512 gives 512 tiles of 128 x 128, some four for each multiprocessor of a
     * large GPU, so that the last ones do not leave most of it idle. Wide rows make a product long enough with fewer;
     * then 128 MiB of them are.
     */
    private static final int PRODUCT_ROWS = 16_384;
    private static final int LEAST_PRODUCT_ROWS = 512;
    private static final long PRODUCT_NUMBERS = 1L << 25;

    private final CudaDevice device;
    private final CudaLinear linear;
    private final KernelFamilies kernels;
    private final MathMode mathMode;

    /**
     * Opens a device.
     *
     * @throws org.expunge.influence.compute.cuda.driver.CudaException if CUDA's libraries are not found or the device
     *     does not start, saying which and what to do
     * @throws IllegalArgumentException if there is no such device
     */
    public CudaCompute(CudaOptions options) {
        this.device = new CudaDevice(options);
        this.mathMode = options.mathMode();
        this.linear = new CudaLinear(device, options.mathMode());
        this.kernels = new KernelFamilies(
                linear,
                new CudaWindows(device),
                new CudaLookups(device),
                new CudaElements(device),
                new CudaReductions(device),
                new CudaNormalization(device),
                new CudaLosses(device),
                new CudaUpdates(device),
                new CudaEigen(device),
                new CudaCholesky(device));
    }

    @Override
    public String name() {
        return name(mathMode);
    }

    /**
     * Returns the name of a compute with such products: records tell by it what computed them. It is {@code cuda} for
     * float32, else {@code cuda-tf32} or {@code cuda-bf16}.
     */
    public static String name(MathMode mode) {
        return mode == MathMode.FLOAT32 ? "cuda" : "cuda-" + mode.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String description() {
        return name() + " on " + info().name() + " (device " + info().ordinal() + ")";
    }

    /** Returns what the device is. */
    public DeviceInfo info() {
        return device.info();
    }

    /** Returns a clock of the device's; the caller closes it. */
    public CudaTimer timer() {
        return new CudaTimer(device);
    }

    @Override
    public Precision precision() {
        return Precision.FLOAT32;
    }

    @Override
    public MemoryUse memory() {
        return device.memory().use();
    }

    @Override
    public long memoryLimit() {
        return device.memory().budget() - device.memory().budget() / ResidentRows.SHARE;
    }

    /** Returns the bytes that rows of data take, which are kept between passes. */
    public long keptRowBytes() {
        return device.rows().bytes();
    }

    CudaDevice device() {
        return device;
    }

    @Override
    public Buffer allocate(int length) {
        CudaBuffer buffer = new CudaBuffer(device, length);
        fill(buffer, 0, length, 0);
        return buffer;
    }

    @Override
    public Sums sums(int length) {
        return new CudaSums(device, length);
    }

    @Override
    public int productRows(int columns) {
        return (int) Math.max(LEAST_PRODUCT_ROWS, Math.min(PRODUCT_ROWS, PRODUCT_NUMBERS / Math.max(1, columns)));
    }

    @Override
    public void write(double[] from, int fromOffset, Buffer to, int toOffset, int length) {
        checkRange("the buffer", to, toOffset, length);
        device.stream().staging().write(from, fromOffset, CudaBuffer.of(device, to), toOffset, length);
    }

    @Override
    public RowLoader rowLoader(int width, int capacity) {
        return new CudaRowLoader(device, width, capacity);
    }

    @Override
    public void read(Buffer from, int fromOffset, double[] to, int toOffset, int length) {
        checkRange("the buffer", from, fromOffset, length);
        device.stream().staging().read(CudaBuffer.of(device, from), fromOffset, to, toOffset, length);
    }

    @Override
    public void copy(Buffer from, int fromOffset, Buffer to, int toOffset, int length) {
        checkRange("the source", from, fromOffset, length);
        checkRange("the target", to, toOffset, length);
        if (length > 0) {
            long source = device.read(from).address(fromOffset);
            long target = device.write(to).address(toOffset);
            Driver.check(
                    Driver.cuMemcpyDtoDAsync_v2(
                            target,
                            source,
                            (long) length * Float.BYTES,
                            device.stream().handle()),
                    "cuMemcpyDtoDAsync",
                    "%s numbers",
                    length);
        }
    }

    @Override
    public void copy(Matrix from, Matrix to) {
        linear.copy(from, to);
    }

    @Override
    public void fill(Buffer buffer, int offset, int length, double value) {
        checkRange("the buffer", buffer, offset, length);
        if (length > 0) {
            Driver.check(
                    Driver.cuMemsetD32Async(
                            device.write(buffer).address(offset),
                            Float.floatToRawIntBits((float) value),
                            length,
                            device.stream().handle()),
                    "cuMemsetD32Async",
                    "%s numbers",
                    length);
        }
    }

    @Override
    public Replay replay(Runnable kernels) {
        return new GraphReplay(device, kernels);
    }

    @Override
    public KernelFamilies kernels() {
        return kernels;
    }

    @Override
    public void close() {
        device.close();
    }
}
