package org.expunge.influence.compute.cuda;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;

import java.nio.DoubleBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.expunge.influence.compute.cuda.driver.Driver;

/**
 * Doubles that kernels leave for the host or for the kernel behind them: memory of the device and the pinned memory
 * that they are copied to. Memory that was outgrown stays, for a recorded graph may still use it.
 */
final class HostResults {
    private final CudaStream stream;
    private final PinnedMemory host = new PinnedMemory();
    private final Deque<Block> blocks = new ArrayDeque<>();
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
        Block last = blocks.peek();
        if (last == null || last.bytes() < bytes) {
            // at least doubled, so that all together are at most twice the last
            long room = DeviceMemory.rounded(Math.max(bytes, last == null ? 0 : 2 * last.bytes()));
            last = stream.device().memory().take(room);
            blocks.push(last);
        }
        stream.write(last);
        count = doubles;
        return this;
    }

    /** Returns where the device's doubles lie. */
    long address() {
        Block last = blocks.peek();
        checkState(last != null, "no room was made for results");
        return last.address();
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

    void close() {
        host.close();
        while (!blocks.isEmpty()) {
            Block block = blocks.pop();
            stream.device().memory().give(block, block.bytes());
        }
    }
}
