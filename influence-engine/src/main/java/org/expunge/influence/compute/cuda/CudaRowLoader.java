package org.expunge.influence.compute.cuda;

import static org.expunge.influence.compute.KernelChecks.checkHolds;
import static org.expunge.influence.compute.KernelChecks.checkRows;

import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.RowLoader;
import org.expunge.influence.compute.RowSource;
import org.expunge.influence.compute.cuda.driver.CudaException;
import org.jspecify.annotations.Nullable;

/**
 * Loads rows: {@code rows.cu}. Rows that the device has are gathered there, and only their places travel. Others come
 * through a landing on the thread's second stream, and are kept where {@link ResidentRows} has room; the landing is
 * free again as soon as it was gathered from, so that what is announced arrives while the first stream works.
 */
final class CudaRowLoader implements RowLoader {
    private static final String MODULE = "rows";
    private static final int TILE = 32;
    private static final System.Logger LOGGER = System.getLogger(CudaRowLoader.class.getName());

    private final CudaDevice device;
    private final int width;
    private final int capacity;
    private final double[] staging;
    private final CudaBuffer landing;
    private final CudaBuffer places;
    private @Nullable Coming coming;

    CudaRowLoader(CudaDevice device, int width, int capacity) {
        this.device = device;
        this.width = width;
        this.capacity = capacity;
        this.staging = new double[Math.multiplyExact(width, capacity)];
        this.landing = new CudaBuffer(device, staging.length);
        this.places = new CudaBuffer(device, capacity);
    }

    @Override
    public void load(RowSource source, int[] rows, int from, int to, Buffer into) {
        checkRows(source, rows, from, to, width, capacity);
        checkHolds("the columns", into, (long) width * (to - from));
        Coming announced = coming;
        coming = null;
        if (from == to) {
            return;
        }
        device.stream().checkNotRecording();
        int[] wanted = Arrays.copyOfRange(rows, from, to);
        int[] ofOrigin = originRows(source, wanted);
        Coming arrived = announced != null && announced.is(source, ofOrigin)
                ? announced
                : now(way -> bring(source, wanted, ofOrigin, way));
        RowStore store = arrived.store;
        if (store == null) {
            gatherLanded(wanted.length, arrived.way, into);
        } else if (!gatherKept(store, ofOrigin, into)) { // buffers have taken its memory meanwhile
            gatherLanded(wanted.length, now(way -> land(source, wanted, way)), into);
        }
    }

    @Override
    public void announce(RowSource source, int[] rows, int from, int to) {
        checkRows(source, rows, from, to, width, capacity);
        coming = null;
        if (from < to) {
            int[] wanted = Arrays.copyOfRange(rows, from, to);
            try {
                coming = bring(
                        source,
                        wanted,
                        originRows(source, wanted),
                        device.stream().copies());
            } catch (RuntimeException e) { // not this step's failure: the load of these rows tries again
                LOGGER.log(System.Logger.Level.DEBUG, "rows are not sent ahead", e);
            }
        }
    }

    /** Brings what was not announced: on the second stream, or on the first if there is no memory for another. */
    private <T> T now(Function<CudaStream, T> bringing) {
        try {
            return bringing.apply(device.stream().copies());
        } catch (CudaException e) {
            if (!e.isShortage()) {
                throw e;
            }
            LOGGER.log(System.Logger.Level.DEBUG, "rows come behind the work", e);
            return bringing.apply(device.stream());
        }
    }

    private static int[] originRows(RowSource source, int[] rows) {
        return IntStream.of(rows).map(source::originRow).toArray();
    }

    /** Sends for the rows that the device has not. */
    private Coming bring(RowSource source, int[] rows, int[] ofOrigin, CudaStream way) {
        RowStore store = device.rows().find(source, rows.length);
        if (store == null) {
            land(source, rows, way);
            return new Coming(source, ofOrigin, null, way);
        }
        int[] missing = store.missing(ofOrigin);
        if (missing.length > 0) {
            land(source, IntStream.of(missing).map(i -> rows[i]).toArray(), way);
            int[] added = IntStream.of(missing).map(i -> ofOrigin[i]).toArray();
            store.add(added, landing, way);
        }
        return new Coming(source, ofOrigin, missing.length == rows.length ? null : store, way);
    }

    /** Copies rows to the landing; returns the way that they come. */
    private CudaStream land(RowSource source, int[] rows, CudaStream way) {
        for (int i = 0; i < rows.length; i++) {
            source.read(rows[i], staging, i * width);
        }
        way.staging().write(staging, 0, landing, 0, rows.length * width);
        return way;
    }

    private void gatherLanded(int count, CudaStream way, Buffer into) {
        gather(count, landing, 0, null, into);
        way.write(landing.block()); // now, before there is more on the first stream to wait for
    }

    /** Returns whether the rows were still there. */
    private boolean gatherKept(RowStore store, int[] ofOrigin, Buffer into) {
        double[] found = store.places(ofOrigin);
        if (found == null) {
            return false;
        }
        int first = (int) found[0];
        if (IntStream.range(0, found.length).allMatch(i -> found[i] == first + i)) {
            return store.use(kept -> gather(found.length, kept, first * width, null, into));
        }
        device.stream().staging().write(found, 0, places, 0, found.length);
        return store.use(kept -> gather(found.length, kept, 0, places, into));
    }

    private void gather(int count, CudaBuffer from, int offset, @Nullable CudaBuffer at, Buffer into) {
        int tiles = ((count - 1) / TILE + 1) * ((width - 1) / TILE + 1);
        Launch launch = device.launch(MODULE, "gatherRows").read(from, offset);
        (at == null ? launch.nothing() : launch.read(at))
                .write(into)
                .value(count)
                .value(width)
                .grid(tiles, 1, Launch.THREADS);
    }

    @Override
    public void close() {
        landing.close();
        places.close();
    }

    /** Rows that are on the device or on their way there. */
    private static final class Coming {
        final @Nullable RowStore store;
        final CudaStream way;
        private final Object origin;
        private final int[] rows;

        /**
         * Notes rows.
         *
         * @param rows rows of the source's origin, in the order that is wanted
         * @param store where they are; null if they lie in the landing, in that order
         * @param way the stream that they come on
         */
        Coming(RowSource source, int[] rows, @Nullable RowStore store, CudaStream way) {
            this.origin = source.origin();
            this.rows = rows;
            this.store = store;
            this.way = way;
        }

        boolean is(RowSource source, int[] wanted) {
            return origin == source.origin() && Arrays.equals(rows, wanted);
        }
    }
}
