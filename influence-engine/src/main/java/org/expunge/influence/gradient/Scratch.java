package org.expunge.influence.gradient;

import java.util.HashMap;
import java.util.Map;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;

/** One worker's buffers for contractions, kept from layer to layer and grown when one needs more. */
public final class Scratch implements AutoCloseable {
    static final int INPUT_PRODUCTS = 0;
    static final int DELTA_PRODUCTS = 1;
    static final int ROWS = 2;
    static final int PRODUCTS = 3;
    static final int STACK = 4;

    private final Compute compute;
    private final Map<Integer, Buffer> buffers = new HashMap<>();

    /** Starts empty. */
    public Scratch(Compute compute) {
        this.compute = compute;
    }

    /** Returns a buffer of at least {@code length} numbers, with whatever it held before. */
    Buffer buffer(int key, int length) {
        Buffer existing = buffers.get(key);
        if (existing != null && existing.length() >= length) {
            return existing;
        }
        if (existing != null) {
            existing.close();
        }
        Buffer larger = compute.allocate(length);
        buffers.put(key, larger);
        return larger;
    }

    @Override
    public void close() {
        buffers.values().forEach(Buffer::close);
        buffers.clear();
    }
}
