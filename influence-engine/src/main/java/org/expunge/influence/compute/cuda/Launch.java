package org.expunge.influence.compute.cuda;

import java.nio.ByteBuffer;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.compute.cuda.driver.Driver;
import org.expunge.influence.compute.cuda.driver.NativeBlock;

/** The arguments of one kernel after the other, in the order of its parameters. One of these belongs to each thread. */
final class Launch {
    /** Threads of a block where a kernel does not ask for another number. */
    static final int THREADS = 256;

    private static final int MOST_ARGUMENTS = 32;
    /** Blocks for each multiprocessor: enough to fill it several times with the kernels here. */
    private static final int BLOCKS_PER_PROCESSOR = 16;

    private final CudaStream stream;
    private final NativeBlock values = new NativeBlock(MOST_ARGUMENTS * Long.BYTES);
    private final NativeBlock pointers = new NativeBlock(MOST_ARGUMENTS * Long.BYTES);
    private final ByteBuffer bytes = values.bytes();
    private Kernel kernel = Kernel.NONE;
    private int count;

    Launch(CudaStream stream) {
        this.stream = stream;
        for (int i = 0; i < MOST_ARGUMENTS; i++) {
            pointers.bytes().putLong(i * Long.BYTES, values.address() + (long) i * Long.BYTES);
        }
    }

    Launch of(Kernel next) {
        kernel = next;
        count = 0;
        return this;
    }

    /** Passes a buffer that is only read. */
    Launch read(Buffer buffer) {
        return read(buffer, 0);
    }

    /** Passes a buffer that is only read, from {@code offset} on. */
    Launch read(Buffer buffer, int offset) {
        CudaBuffer own = CudaBuffer.of(stream.device(), buffer);
        stream.read(own.block());
        return value(own.address(offset));
    }

    /** Passes a buffer that is written, or read and written. */
    Launch write(Buffer buffer) {
        return write(buffer, 0);
    }

    /** Passes a buffer that is written, from {@code offset} on. */
    Launch write(Buffer buffer, int offset) {
        CudaBuffer own = CudaBuffer.of(stream.device(), buffer);
        stream.write(own.block());
        return value(own.address(offset));
    }

    /** Passes sums that are only read, from {@code offset} on. */
    Launch read(Sums sums, int offset) {
        CudaSums own = CudaSums.of(stream.device(), sums);
        stream.read(own.block());
        return value(own.address(offset));
    }

    /** Passes sums that are written, from {@code offset} on. */
    Launch write(Sums sums, int offset) {
        CudaSums own = CudaSums.of(stream.device(), sums);
        stream.write(own.block());
        return value(own.address(offset));
    }

    /** Passes a null pointer, for what a kernel can do without. */
    Launch nothing() {
        return value(0L);
    }

    /** Passes doubles for the host. */
    Launch results(HostResults results) {
        return value(results.address());
    }

    Launch value(int value) {
        bytes.putInt(count++ * Long.BYTES, value);
        return this;
    }

    Launch value(long value) {
        bytes.putLong(count++ * Long.BYTES, value);
        return this;
    }

    Launch value(float value) {
        bytes.putFloat(count++ * Long.BYTES, value);
        return this;
    }

    Launch value(double value) {
        bytes.putDouble(count++ * Long.BYTES, value);
        return this;
    }

    /** Starts threads that stride over {@code elements} together; none at 0. */
    void over(long elements) {
        if (elements > 0) {
            long blocks = (elements + THREADS - 1) / THREADS;
            grid(
                    (int) Math.min(
                            blocks,
                            (long) BLOCKS_PER_PROCESSOR * stream.device().info().multiprocessors()),
                    1,
                    THREADS);
        }
    }

    /** Starts threads that stride over {@code numbers} together and take four of them at a time; none at 0. */
    void overFours(long numbers) {
        over((numbers + 3) / 4);
    }

    /** Starts a grid of blocks. */
    void grid(int blocksX, int blocksY, int threads) {
        Driver.check(
                Driver.cuLaunchKernel(
                        kernel.function(),
                        blocksX,
                        blocksY,
                        1,
                        threads,
                        1,
                        1,
                        0,
                        stream.handle(),
                        pointers.address(),
                        0),
                "cuLaunchKernel",
                "kernel %s, %s × %s blocks of %s threads, %s arguments",
                kernel.name(),
                blocksX,
                blocksY,
                threads,
                count);
    }
}
