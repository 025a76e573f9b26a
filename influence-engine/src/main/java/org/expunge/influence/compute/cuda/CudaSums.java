package org.expunge.influence.compute.cuda;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;
import static org.expunge.influence.compute.KernelChecks.checkRange;
import static org.expunge.influence.compute.KernelChecks.checkSameLength;

import java.nio.DoubleBuffer;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.compute.cuda.driver.Driver;
import org.jspecify.annotations.Nullable;

/** Doubles in the memory of a device. Reading and writing wait for the calling thread's stream. */
final class CudaSums implements Sums {
    /** Numbers that are copied at a time: 4 MiB. */
    private static final int CHUNK = 1 << 19;

    private final CudaDevice device;
    private final int length;
    private @Nullable Block block;

    CudaSums(CudaDevice device, int length) {
        checkArgument(length >= 0, "%s sums cannot be allocated", length);
        this.device = device;
        this.length = length;
        this.block = device.memory().take((long) length * Double.BYTES);
        clear();
    }

    /** Returns {@code sums} as those of {@code device}. */
    static CudaSums of(CudaDevice device, Sums sums) {
        checkArgument(
                sums instanceof CudaSums,
                "a %s cannot be used by the cuda compute",
                sums.getClass().getSimpleName());
        CudaSums own = (CudaSums) sums;
        checkArgument(own.device == device, "sums of another device or an earlier compute cannot be used");
        return own;
    }

    @Override
    public int length() {
        return length;
    }

    /** Returns the memory. */
    Block block() {
        checkState(block != null, "the sums are closed");
        return block;
    }

    /** Returns the device address of number {@code offset}. */
    long address(int offset) {
        return block().address() + (long) offset * Double.BYTES;
    }

    @Override
    public void clear() {
        if (length > 0) {
            CudaStream stream = device.stream();
            stream.write(block());
            Driver.check(
                    Driver.cuMemsetD32Async(address(0), 0, 2L * length, stream.handle()),
                    "cuMemsetD32Async",
                    "%s doubles",
                    length);
        }
    }

    @Override
    public void add(Sums others) {
        checkSameLength(this, others);
        CudaReductions.add(device, length, others, this);
    }

    @Override
    public void write(int to, double[] from, int fromOffset, int count) {
        checkRange("the sums", this, to, count);
        CudaStream stream = device.stream();
        stream.write(block());
        for (int done = 0; done < count; done += CHUNK) {
            int size = Math.min(CHUNK, count - done);
            staging(stream, size).put(0, from, fromOffset + done, size);
            Driver.check(
                    Driver.cuMemcpyHtoDAsync_v2(
                            address(to + done),
                            stream.doubles().address(),
                            (long) size * Double.BYTES,
                            stream.handle()),
                    "cuMemcpyHtoDAsync",
                    "%s doubles",
                    size);
            stream.synchronize();
        }
    }

    @Override
    public void read(int from, double[] to, int toOffset, int count) {
        checkRange("the sums", this, from, count);
        CudaStream stream = device.stream();
        stream.read(block());
        for (int done = 0; done < count; done += CHUNK) {
            int size = Math.min(CHUNK, count - done);
            DoubleBuffer numbers = staging(stream, size);
            Driver.check(
                    Driver.cuMemcpyDtoHAsync_v2(
                            stream.doubles().address(),
                            address(from + done),
                            (long) size * Double.BYTES,
                            stream.handle()),
                    "cuMemcpyDtoHAsync",
                    "%s doubles",
                    size);
            stream.synchronize();
            numbers.get(0, to, toOffset + done, size);
        }
    }

    private static DoubleBuffer staging(CudaStream stream, int count) {
        return stream.doubles().ofBytes((long) count * Double.BYTES).asDoubleBuffer();
    }

    @Override
    public void close() {
        if (block != null) {
            device.memory().give(block, (long) length * Double.BYTES);
            block = null;
        }
    }
}
