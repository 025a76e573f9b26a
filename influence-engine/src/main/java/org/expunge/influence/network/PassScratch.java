package org.expunge.influence.network;

import java.util.HashMap;
import java.util.Map;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Sums;

/**
 * Memory that the layers of a pass share, allocated on first use: whatever it holds is lost when another layer runs.
 */
final class PassScratch implements AutoCloseable {
    private final Compute compute;
    private final int capacity;
    private final Map<Long, Buffer> buffers = new HashMap<>();
    private final Map<Integer, Sums> sums = new HashMap<>();

    PassScratch(Compute compute, int capacity) {
        this.compute = compute;
        this.capacity = capacity;
    }

    /** Returns a buffer, one for each key and length: a backend may move whole buffers. */
    Buffer buffer(int key, int perExample) {
        return buffers.computeIfAbsent(
                ((long) perExample << Integer.SIZE) + key,
                k -> compute.allocate(Math.multiplyExact(perExample, capacity)));
    }

    /** Returns sums, one for each number an example takes. */
    Sums sums(int perExample) {
        return sums.computeIfAbsent(perExample, length -> compute.sums(Math.multiplyExact(length, capacity)));
    }

    @Override
    public void close() {
        buffers.values().forEach(Buffer::close);
        sums.values().forEach(Sums::close);
    }
}
