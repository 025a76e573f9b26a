package org.expunge.influence.compute.cuda;

import java.nio.FloatBuffer;
import org.expunge.influence.compute.cuda.driver.Driver;

/**
 * The way of numbers between the host's arrays and the device: two pinned halves, so that one is converted while the
 * other travels. Writing returns when the last number is converted; reading waits for the device.
 */
final class PinnedStaging {
    /** Numbers of a half: 1 MiB, enough to hide the start of a copy. */
    private static final int HALF = 1 << 18;

    private final CudaStream stream;
    private final Half[] halves = {new Half(), new Half()};
    private int turn;

    PinnedStaging(CudaStream stream) {
        this.stream = stream;
    }

    /** Copies {@code length} numbers to the device, in the order of the stream. */
    void write(double[] from, int fromOffset, CudaBuffer to, int toOffset, int length) {
        if (length == 0) {
            return;
        }
        stream.write(to.block());
        for (int done = 0; done < length; done += HALF) {
            int count = Math.min(HALF, length - done);
            Half half = halves[turn++ & 1];
            half.settle();
            FloatBuffer numbers = half.numbers();
            for (int i = 0; i < count; i++) {
                numbers.put(i, (float) from[fromOffset + done + i]);
            }
            Driver.check(
                    Driver.cuMemcpyHtoDAsync_v2(
                            to.address(toOffset + done), half.address(), (long) count * Float.BYTES, stream.handle()),
                    "cuMemcpyHtoDAsync",
                    "%s numbers",
                    count);
            half.mark();
        }
    }

    /** Copies {@code length} numbers from the device. */
    void read(CudaBuffer from, int fromOffset, double[] to, int toOffset, int length) {
        if (length == 0) {
            return;
        }
        stream.read(from.block());
        request(from, fromOffset, 0, length);
        for (int done = 0; done < length; done += HALF) {
            Half arriving = halves[turn & 1];
            turn++;
            request(from, fromOffset, done + HALF, length);
            arriving.settle();
            FloatBuffer numbers = arriving.numbers();
            for (int i = 0; i < Math.min(HALF, length - done); i++) {
                to[toOffset + done + i] = numbers.get(i);
            }
        }
    }

    private void request(CudaBuffer from, int fromOffset, int done, int length) {
        if (done >= length) {
            return;
        }
        Half half = halves[turn & 1];
        half.settle();
        int count = Math.min(HALF, length - done);
        Driver.check(
                Driver.cuMemcpyDtoHAsync_v2(
                        half.address(), from.address(fromOffset + done), (long) count * Float.BYTES, stream.handle()),
                "cuMemcpyDtoHAsync",
                "%s numbers",
                count);
        half.mark();
    }

    void close() {
        for (Half half : halves) {
            half.close();
        }
    }

    /** A pinned half and an event behind the last copy that uses it. */
    private final class Half {
        private final PinnedMemory memory = new PinnedMemory();
        private final CudaEvent used = new CudaEvent(Driver.WITHOUT_TIMING);
        private boolean isInUse;

        FloatBuffer numbers() {
            return memory.ofBytes((long) HALF * Float.BYTES).asFloatBuffer();
        }

        long address() {
            memory.ofBytes((long) HALF * Float.BYTES);
            return memory.address();
        }

        void mark() {
            used.record(stream);
            isInUse = true;
        }

        void settle() {
            if (isInUse) {
                used.await();
                isInUse = false;
            }
        }

        void close() {
            memory.close();
            used.close();
        }
    }
}
