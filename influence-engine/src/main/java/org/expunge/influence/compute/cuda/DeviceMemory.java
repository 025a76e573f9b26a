package org.expunge.influence.compute.cuda;

import com.google.common.collect.HashMultiset;
import com.google.common.collect.Multiset;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.expunge.influence.compute.MemoryUse;
import org.expunge.influence.compute.cuda.driver.CudaException;
import org.expunge.influence.compute.cuda.driver.Driver;
import org.expunge.influence.compute.cuda.driver.NativeBlock;
import org.jspecify.annotations.Nullable;

/**
 * Hands out device memory and keeps what is given back for the next taker: an allocation costs the driver some 100 µs
 * and stops the device, taking a kept block costs a look into a map.
 *
 * <p>Sizes are rounded up, to powers of two below 1 MiB and to steps of an eighth of a power of two above, so that
 * blocks are met again and at most an eighth of a large one lies idle.
 */
final class DeviceMemory implements AutoCloseable {
    /**
     * System property: with {@code false} nothing is kept or rounded, so that tools for memory errors see each buffer.
     */
    static final String CACHING = "expunge.cuda.caching";

    private static final long LEAST = 512;
    private static final long LARGE = 1 << 20;
    private static final int MOST_LOOKED_AT = 16;

    private final CudaDevice device;
    private final long budget;
    private final boolean keeps = !System.getProperty(CACHING, "true").equals("false");
    private final MemoryUse use = new MemoryUse();
    private final TreeMap<Long, Deque<Block>> kept = new TreeMap<>();
    private final Set<Block> all = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Multiset<Block> recorded = HashMultiset.create();
    private final Set<Block> abandoned = new HashSet<>();
    private long held;
    private long keptBytes;
    private boolean isClosed;

    /**
     * Starts with nothing.
     *
     * @param budget most bytes to hold, kept blocks included
     */
    DeviceMemory(CudaDevice device, long budget) {
        this.device = device;
        this.budget = budget;
    }

    /** Returns the count of what buffers asked for. */
    MemoryUse use() {
        return use;
    }

    /** Returns the most bytes that may be held. */
    long budget() {
        return budget;
    }

    /**
     * Takes memory. What is in it is anything, and streams may still use it: {@link Block} orders that.
     *
     * @throws CudaException if the budget or the device has not that much, naming both
     */
    Block take(long bytes) {
        CudaStream stream = device.stream();
        stream.checkNotRecording(); // before the lock: who has it may wait for those that wait for a recording
        long size = keeps ? rounded(bytes) : Math.max(bytes, 1);
        synchronized (this) {
            Block block = fromKept(size, stream);
            if (block == null) {
                block = allocate(size);
            }
            use.add(bytes);
            return block;
        }
    }

    /**
     * Takes memory that can be done without, and that is not counted as a buffer's.
     *
     * @param spare bytes that must be left of the budget
     * @return null if there is no room
     */
    synchronized @Nullable Block takeIfFree(long bytes, long spare) {
        CudaStream stream = device.stream();
        stream.checkNotRecording();
        long size = keeps ? rounded(bytes) : Math.max(bytes, 1);
        if (held - keptBytes + size + spare > budget) {
            return null;
        }
        Block block = fromKept(size, stream);
        if (block != null) {
            return block;
        }
        if (held + size > budget) {
            release();
        }
        return allocateIfFree(size);
    }

    /** Takes memory back that was taken for {@code bytes}. */
    synchronized void give(Block block, long bytes) {
        use.add(-bytes);
        if (isClosed) {
            return;
        }
        if (recorded.contains(block)) {
            abandoned.add(block);
        } else {
            keep(block);
        }
    }

    /** Holds memory that a recorded graph uses: what its owners give back meanwhile is handed to nobody. */
    synchronized void hold(Set<Block> blocks) {
        recorded.addAll(blocks);
    }

    /** Ends a {@link #hold}. */
    synchronized void letGo(Set<Block> blocks) {
        for (Block block : blocks) {
            recorded.remove(block);
            if (!recorded.contains(block) && abandoned.remove(block) && !isClosed) {
                keep(block);
            }
        }
    }

    private void keep(Block block) {
        kept.computeIfAbsent(block.bytes(), size -> new ArrayDeque<>()).push(block);
        keptBytes += block.bytes();
        if (!keeps) {
            release();
        }
    }

    /** Takes a kept block, if possible one that the stream itself used last: that makes no stream wait for another. */
    private @Nullable Block fromKept(long size, CudaStream stream) {
        Deque<Block> same = kept.get(size);
        if (same == null || same.isEmpty()) {
            return null;
        }
        keptBytes -= size;
        Block best = same.stream()
                .limit(MOST_LOOKED_AT)
                .filter(block -> block.isOnlyOf(stream))
                .findFirst()
                .orElseGet(same::getFirst);
        same.remove(best);
        return best;
    }

    /** Takes new memory; rows of data make way for it. */
    private Block allocate(long size) {
        do {
            if (held + size > budget) {
                release();
            }
            if (held + size <= budget) {
                Block block = allocateIfFree(size);
                if (block != null) {
                    return block;
                }
            }
        } while (device.rows().giveWay(size));
        throw new CudaException(refusal(size), Driver.OUT_OF_MEMORY);
    }

    /** Returns null if the device has not that much. */
    private @Nullable Block allocateIfFree(long size) {
        device.stream();
        NativeBlock out = new NativeBlock(Long.BYTES);
        int code = Driver.cuMemAlloc_v2(out.address(), size);
        if (code == Driver.OUT_OF_MEMORY && keptBytes > 0) {
            release();
            code = Driver.cuMemAlloc_v2(out.address(), size);
        }
        if (code == Driver.OUT_OF_MEMORY) {
            return null;
        }
        Driver.check(code, "cuMemAlloc", "%s bytes on %s", size, device.info().name());
        held += size;
        Block block = new Block(device, out.asLong(), size);
        all.add(block);
        return block;
    }

    private String refusal(long size) {
        return size + " bytes do not fit on " + device.info().name() + ": buffers hold " + (held - keptBytes)
                + " of a budget of "
                + budget + " bytes, and " + Driver.describeMemory()
                + "; raise --gpu-memory, or lower --max-memory, the tile or the number of queries where the command has them";
    }

    /** Gives kept blocks back to the driver, which waits for what uses them. */
    private void release() {
        device.stream();
        kept.values().forEach(same -> same.forEach(this::free));
        kept.clear();
        keptBytes = 0;
    }

    private void free(Block block) {
        Driver.check(Driver.cuMemFree_v2(block.address()), "cuMemFree", "%s bytes", block.bytes());
        all.remove(block);
        held -= block.bytes();
    }

    /** Gives all memory back, that of buffers too which are still open: they are of no use without their device. */
    @Override
    public synchronized void close() {
        isClosed = true; // also where a kernel has failed and nothing can be freed: buffers are closed behind this
        kept.clear();
        abandoned.clear();
        keptBytes = 0;
        List.copyOf(all).forEach(this::free);
    }

    static long rounded(long bytes) {
        if (bytes <= LEAST) {
            return LEAST;
        }
        long power = Long.highestOneBit(bytes - 1) << 1;
        if (power <= LARGE) {
            return power;
        }
        long step = power / 16;
        return (bytes + step - 1) / step * step;
    }
}
