package org.expunge.influence.compute.cuda;

import static com.google.common.base.Preconditions.checkArgument;

import java.nio.DoubleBuffer;
import org.expunge.influence.compute.cuda.driver.Driver;
import org.jspecify.annotations.Nullable;

/** Doubles that kernels leave for the host: memory of the device and the pinned memory that they are copied to. */
final class HostResults {
    private final CudaStream stream;
    private final PinnedMemory host = new PinnedMemory();
    private @Nullable Block block;
    private long taken;
    private int count;

    HostResults(CudaStream stream) {
        this.stream = stream;
    }

    /**
     * Makes room for {@code doubles}, and for {@code scratch} more behind them that stay on the device. Their contents
     * are anything; what was there before is lost.
     */
    HostResults ofDoubles(int doubles, int scratch) {
        checkArgument(doubles >= 0 && scratch >= 0, "%s results and %s parts are no numbers of them", doubles, scratch);
        long bytes = ((long) doubles + scratch) * Double.BYTES;
        if (block == null || block.bytes() < bytes) {
            close();
            block = stream.device().memory().take(bytes);
            taken = bytes;
        }
        stream.write(block);
        count = doubles;
        return this;
    }

    /** Returns where the device's doubles lie. */
    long address() {
        if (block == null) {
            throw new IllegalStateException("no room was made for results");
        }
        return block.address();
    }

    /** Waits for this thread's stream and returns the doubles; valid until the next results of the thread. */
    DoubleBuffer read() {
        long bytes = (long) count * Double.BYTES;
        DoubleBuffer numbers =
                host.ofBytes(Math.max(Double.BYTES, bytes)).asDoubleBuffer().limit(count);
        if (count > 0) {
            Driver.check(
                    Driver.cuMemcpyDtoHAsync_v2(host.address(), address(), bytes, stream.handle()),
                    "cuMemcpyDtoHAsync",
                    "%s doubles",
                    count);
        }
        stream.synchronize();
        return numbers;
    }

    /** Waits for this thread's stream and adds the doubles to {@code sums} from {@code offset} on. */
    void addTo(double[] sums, int offset) {
        DoubleBuffer numbers = read();
        for (int i = 0; i < numbers.limit(); i++) {
            sums[offset + i] += numbers.get(i);
        }
    }

    /** Waits for this thread's stream and writes the doubles to {@code values} from {@code offset} on. */
    void copyTo(double[] values, int offset) {
        DoubleBuffer numbers = read();
        numbers.get(0, values, offset, numbers.limit());
    }

    void close() {
        host.close();
        if (block != null) {
            stream.device().memory().give(block, taken);
            block = null;
        }
    }
}
