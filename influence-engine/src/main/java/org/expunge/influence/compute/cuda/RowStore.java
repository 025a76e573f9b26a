package org.expunge.influence.compute.cuda;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.expunge.influence.compute.cuda.driver.Driver;
import org.jspecify.annotations.Nullable;

/** Rows of one object on a device, row after row in the order in which they came; of {@link ResidentRows}. */
final class RowStore {
    private static final int ABSENT = -1;

    private final Object lock;
    private final CudaBuffer buffer;
    private final int width;
    private final int[] places;
    private int filled;
    private long lastUse;
    private boolean isClosed;

    RowStore(Object lock, CudaBuffer buffer, int rows, int width) {
        this.lock = lock;
        this.buffer = buffer;
        this.width = width;
        this.places = new int[rows];
        Arrays.fill(places, ABSENT);
    }

    long bytes() {
        return (long) buffer.length() * Float.BYTES;
    }

    long lastUse() {
        return lastUse;
    }

    void usedAt(long time) {
        lastUse = time;
    }

    /** Ends its use and returns its memory, for the caller to close. */
    CudaBuffer close() {
        isClosed = true;
        return buffer;
    }

    /** Returns the positions of those among {@code rows} that are not here, of each row the first. */
    int[] missing(int[] rows) {
        Set<Integer> met = new HashSet<>();
        synchronized (lock) {
            return IntStream.range(0, rows.length)
                    .filter(i -> places[rows[i]] == ABSENT && met.add(rows[i]))
                    .toArray();
        }
    }

    /**
     * Adds rows that lie on the device, those that another thread has not added meanwhile.
     *
     * @param rows rows of the origin, each once
     * @param from them, row after row
     * @param copies the stream that copies them
     */
    void add(int[] rows, CudaBuffer from, CudaStream copies) {
        synchronized (lock) {
            int i = 0;
            while (i < rows.length && !isClosed) {
                int first = i;
                while (i < rows.length && places[rows[i]] == ABSENT) {
                    i++;
                }
                copy(from, first, i - first, copies);
                for (int k = first; k < i; k++) { // behind the copy: what could not be queued is not here
                    places[rows[k]] = filled++;
                }
                i++;
            }
        }
    }

    /** Copies to behind what is filled. */
    private void copy(CudaBuffer from, int first, int count, CudaStream copies) {
        if (count > 0) {
            copies.read(from.block());
            copies.write(buffer.block());
            Driver.check(
                    Driver.cuMemcpyDtoDAsync_v2(
                            buffer.address(filled * width),
                            from.address(first * width),
                            (long) count * width * Float.BYTES,
                            copies.handle()),
                    "cuMemcpyDtoDAsync",
                    "%s rows of %s numbers",
                    count,
                    width);
        }
    }

    /** Returns where rows lie, or null if one is not here or no row is any more. */
    double @Nullable [] places(int[] rows) {
        synchronized (lock) {
            double[] found = IntStream.of(rows).mapToDouble(row -> places[row]).toArray();
            return isClosed || Arrays.stream(found).anyMatch(place -> place == ABSENT) ? null : found;
        }
    }

    /** Does something with the rows on the device, unless they are gone; returns whether it was done. */
    boolean use(Consumer<CudaBuffer> work) {
        synchronized (lock) {
            if (!isClosed) {
                work.accept(buffer);
            }
            return !isClosed;
        }
    }
}
