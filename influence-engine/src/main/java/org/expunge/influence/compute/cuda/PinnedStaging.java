package org.expunge.influence.compute.cuda;

import static com.google.common.base.Preconditions.checkArgument;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import org.expunge.influence.compute.cuda.driver.Driver;

/**
 * The way of numbers between the host's arrays and the device: two pinned halves, so that one is converted while the
 * other travels. Writing returns when the last number is converted; reading waits for the device.
 *
 * <p>Small writes share a half. Only when both are full does a write wait, for the kernels that were queued before what
 * the older half holds: the host is ahead of the device by one to two halves.
 */
final class PinnedStaging {
    /** Numbers of a half: 4 MiB, enough to hide the start of a copy and to hold 256 images of 3 × 32 × 32. */
    private static final int HALF = 1 << 20;

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
        stream.checkNotRecording();
        stream.write(to.block());
        for (int done = 0; done < length; done += HALF) {
            int count = Math.min(HALF, length - done);
            Half half = halfFor(count);
            int start = half.take(count);
            FloatBuffer numbers = half.numbers();
            for (int i = 0; i < count; i++) {
                numbers.put(start + i, (float) from[fromOffset + done + i]);
            }
            send(half, start, count, to.address(toOffset + done));
        }
    }

    /**
     * Copies addresses to the start of a buffer, each in the place of two numbers, in the order of the stream.
     *
     * @param from no more than a half has room for
     */
    void writeAddresses(long[] from, CudaBuffer to) {
        int count = from.length * (Long.BYTES / Float.BYTES);
        checkArgument(count <= HALF, "%s addresses are more than can travel together", from.length);
        stream.checkNotRecording();
        stream.write(to.block());
        Half half = halfFor(count);
        int start = half.take(count);
        ByteBuffer bytes = half.bytes();
        for (int i = 0; i < from.length; i++) {
            bytes.putLong(start * Float.BYTES + i * Long.BYTES, from[i]);
        }
        send(half, start, count, to.address(0));
    }

    private void send(Half half, int start, int count, long to) {
        Driver.check(
                Driver.cuMemcpyHtoDAsync_v2(
                        to, half.address() + (long) start * Float.BYTES, (long) count * Float.BYTES, stream.handle()),
                "cuMemcpyHtoDAsync",
                "%s numbers",
                count);
        half.mark();
    }

    /** Returns the half in turn, or the other one, free again, if that has not so much room. */
    private Half halfFor(int count) {
        Half half = halves[turn & 1];
        if (half.hasRoomFor(count)) {
            return half;
        }
        Half other = halves[++turn & 1];
        other.settle();
        return other;
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

    /** A pinned half, how much of it copies use, and an event behind the last of them. */
    private final class Half {
        private final PinnedMemory memory = new PinnedMemory();
        private final CudaEvent used = new CudaEvent(Driver.WITHOUT_TIMING);
        private boolean isInUse;
        private int taken;

        boolean hasRoomFor(int count) {
            return taken + count <= HALF;
        }

        /** Returns where the next {@code count} numbers go. */
        int take(int count) {
            taken += count;
            return taken - count;
        }

        FloatBuffer numbers() {
            return bytes().asFloatBuffer();
        }

        ByteBuffer bytes() {
            return memory.ofBytes((long) HALF * Float.BYTES);
        }

        long address() {
            bytes();
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
            taken = 0;
        }

        void close() {
            memory.close();
            used.close();
        }
    }
}
