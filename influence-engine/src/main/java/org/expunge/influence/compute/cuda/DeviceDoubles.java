package org.expunge.influence.compute.cuda;

import java.nio.DoubleBuffer;
import org.expunge.influence.compute.cuda.driver.Driver;
import org.expunge.influence.compute.cuda.driver.NativeBlock;

/**
 * Arrays of doubles on the device for as long as a call of cuSOLVER takes, each aligned as memory of its own would be.
 * Copies wait for the calling thread's stream.
 */
final class DeviceDoubles implements AutoCloseable {
    /** Numbers that are copied at a time: 4 MiB. */
    private static final int CHUNK = 1 << 19;

    private static final int ALIGNMENT = 256 / Double.BYTES;

    private final CudaDevice device;
    private final CudaStream stream;
    private final long[] starts;
    private final long bytes;
    private final Block block;
    private final NativeBlock chunk;
    private final DoubleBuffer numbers;

    /** Takes room for arrays of the given lengths, whose contents are anything. */
    DeviceDoubles(CudaDevice device, int... lengths) {
        this.device = device;
        this.stream = device.stream();
        this.starts = new long[lengths.length];
        long end = 0;
        int longest = 0;
        for (int i = 0; i < lengths.length; i++) {
            starts[i] = end;
            end += ((long) lengths[i] + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
            longest = Math.max(longest, lengths[i]);
        }
        this.bytes = end * Double.BYTES;
        this.block = device.memory().take(bytes);
        this.chunk = new NativeBlock(Math.min(CHUNK, longest) * Double.BYTES);
        this.numbers = chunk.bytes().asDoubleBuffer();
        stream.write(block);
    }

    /** Returns the device address of an array. */
    long address(int array) {
        return block.address() + starts[array] * Double.BYTES;
    }

    /** Copies {@code from} to the start of an array. */
    void write(double[] from, int array) {
        for (int done = 0; done < from.length; done += CHUNK) {
            int count = Math.min(CHUNK, from.length - done);
            numbers.put(0, from, done, count);
            Driver.check(
                    Driver.cuMemcpyHtoDAsync_v2(
                            address(array) + (long) done * Double.BYTES,
                            chunk.address(),
                            (long) count * Double.BYTES,
                            stream.handle()),
                    "cuMemcpyHtoDAsync",
                    "%s doubles",
                    count);
            stream.synchronize();
        }
    }

    /** Fills {@code to} from the start of an array. */
    void read(int array, double[] to) {
        for (int done = 0; done < to.length; done += CHUNK) {
            int count = Math.min(CHUNK, to.length - done);
            fetch(array, done, count);
            numbers.get(0, to, done, count);
        }
    }

    /** Returns the int at the start of an array. */
    int readInt(int array) {
        fetch(array, 0, 1);
        return chunk.asInt();
    }

    private void fetch(int array, int from, int count) {
        Driver.check(
                Driver.cuMemcpyDtoHAsync_v2(
                        chunk.address(),
                        address(array) + (long) from * Double.BYTES,
                        (long) count * Double.BYTES,
                        stream.handle()),
                "cuMemcpyDtoHAsync",
                "%s doubles",
                count);
        stream.synchronize();
    }

    @Override
    public void close() {
        device.memory().give(block, bytes);
    }
}
