package org.expunge.influence.compute;

import java.util.concurrent.atomic.AtomicLong;

/** Counts the bytes that the buffers of a compute hold. Safe for use by several threads. */
public final class MemoryUse {
    private final AtomicLong now = new AtomicLong();
    private final AtomicLong peak = new AtomicLong();

    /** Starts with nothing held. */
    public MemoryUse() {}

    /** Counts bytes that are taken, or given back if negative. */
    public void add(long bytes) {
        long held = now.addAndGet(bytes);
        peak.accumulateAndGet(held, Math::max);
    }

    /** Returns the bytes held now. */
    public long now() {
        return now.get();
    }

    /** Returns the most bytes that were held at once since the last {@link #restart}. */
    public long peak() {
        return peak.get();
    }

    /** Forgets earlier peaks. */
    public void restart() {
        peak.set(now.get());
    }
}
