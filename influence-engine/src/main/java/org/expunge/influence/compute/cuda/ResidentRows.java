package org.expunge.influence.compute.cuda;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.expunge.influence.compute.RowSource;
import org.jspecify.annotations.Nullable;

/**
 * The rows of data sets that stay on a device, each data set in a store of its own, in the order in which its rows
 * first came. Together they take at most a quarter of the device's budget. Buffers go first: they get the memory of
 * stores that they need, and no store is made unless as much is left over as buffers lacked at some time.
 *
 * <p>A store is known by the object whose rows it holds, and given back when nobody has that object any more, when
 * buffers need its memory, or when another data set was passed over twice and it was not used meanwhile. All state is
 * guarded by this object's lock. Who takes memory may need it, so that stores are made and given up by those alone who
 * have the memory's lock already: between a store's memory and its entry nobody comes.
 */
final class ResidentRows {
    /** The part of the budget that rows may take. */
    static final int SHARE = 4;

    /** Rows of a store: their numbers travel as floats. */
    private static final int MOST_ROWS = 1 << 24;

    private final CudaDevice device;
    private final Map<Key, RowStore> stores = new HashMap<>();
    private final ReferenceQueue<Object> forgotten = new ReferenceQueue<>();
    private final long limit;
    private long held;
    private long lacked;
    private long clock;

    /** Starts with nothing. */
    ResidentRows(CudaDevice device, long budget) {
        this.device = device;
        this.limit = budget / SHARE;
    }

    /** Returns the bytes that rows take. */
    synchronized long bytes() {
        return held;
    }

    /**
     * Returns the store of a source's origin, made if there is room.
     *
     * @param rows how many rows are asked for
     * @return null if its rows have to be brought each time
     */
    @Nullable
    RowStore find(RowSource source, int rows) {
        Object dead = forgotten.poll();
        RowStore known = dead == null ? known(source, rows) : null;
        if (known != null) {
            return known;
        }
        // who lacks memory meanwhile would find neither a store that is not entered yet nor one that is on its way out
        synchronized (device.memory()) {
            synchronized (this) {
                for (; dead != null; dead = forgotten.poll()) {
                    remove((Key) dead);
                }
                known = known(source, rows);
                return known == null ? make(source, rows) : known;
            }
        }
    }

    private synchronized @Nullable RowStore known(RowSource source, int rows) {
        RowStore known = stores.get(new Key(source.origin(), null));
        if (known != null) {
            clock += rows;
            known.usedAt(clock);
        }
        return known;
    }

    private @Nullable RowStore make(RowSource source, int rows) {
        clock += rows;
        long numbers = (long) source.originRows() * source.width();
        long bytes = numbers * Float.BYTES;
        boolean fits = numbers <= Integer.MAX_VALUE && source.originRows() <= MOST_ROWS;
        if (!fits || !makeRoom(bytes, 2L * source.originRows())) {
            return null;
        }
        CudaBuffer buffer = CudaBuffer.ofRows(device, (int) numbers, lacked);
        if (buffer == null) {
            return null;
        }
        RowStore made = new RowStore(this, buffer, source.originRows(), source.width());
        made.usedAt(clock);
        stores.put(new Key(source.origin(), forgotten), made);
        held += bytes;
        return made;
    }

    /** Gives up stores that were not used while {@code idle} rows were, until there is room. */
    private boolean makeRoom(long bytes, long idle) {
        if (bytes > limit) {
            return false;
        }
        while (held + bytes > limit) {
            Optional<Map.Entry<Key, RowStore>> oldest = oldest();
            if (oldest.isEmpty() || clock - oldest.get().getValue().lastUse() <= idle) {
                return false;
            }
            remove(oldest.get().getKey());
        }
        return true;
    }

    private Optional<Map.Entry<Key, RowStore>> oldest() {
        return stores.entrySet().stream()
                .min(Comparator.comparingLong(store -> store.getValue().lastUse()));
    }

    private void remove(Key key) {
        RowStore store = stores.remove(key);
        if (store != null) {
            held -= store.bytes();
            store.close().close();
        }
    }

    /**
     * Gives stores up for buffers, those first that were used longest ago. Asked by who holds the memory's lock.
     *
     * @param bytes how much is lacking
     * @return whether there was anything to give
     */
    synchronized boolean giveWay(long bytes) {
        lacked = Math.max(lacked, bytes);
        long goal = Math.max(0, held - bytes);
        boolean gave = false;
        for (var oldest = oldest(); held > goal && oldest.isPresent(); oldest = oldest()) {
            remove(oldest.get().getKey());
            gave = true;
        }
        return gave;
    }

    /** An object by its identity, which is not kept from being collected. */
    private static final class Key extends WeakReference<Object> {
        private final int hash;

        Key(Object origin, @Nullable ReferenceQueue<Object> forgotten) {
            super(origin, forgotten);
            this.hash = System.identityHashCode(origin);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other || (other instanceof Key key && get() != null && get() == key.get());
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }
}
