package org.expunge.influence.compute.cuda;

import static org.expunge.influence.compute.KernelChecks.checkHolds;
import static org.expunge.influence.compute.KernelChecks.checkIndex;
import static org.expunge.influence.compute.KernelChecks.checkScatter;
import static org.expunge.influence.compute.KernelChecks.checkTop;

import java.nio.DoubleBuffer;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.LargestNumbers;
import org.expunge.influence.compute.LookupKernels;
import org.expunge.influence.compute.Matrix;

/**
 * Lookups: {@code lookups.cu}. Whether all indices are numbers of columns is found on the device before anything is
 * written, so each call waits for the device once.
 */
final class CudaLookups implements LookupKernels {
    private static final String MODULE = "lookups";

    /** Most blocks that look for wrong indices. */
    private static final int MOST_SEARCHERS = 64;

    /** Indices that a thread looks at before a second block pays. */
    private static final int SEARCH = 4;

    /** Positions that are sorted at a time, which costs their square. */
    private static final int MOST_SORTED = 8192;

    private static final int WARP = 32;

    /** Largest numbers of a row that a block keeps. */
    private static final int MOST_KEPT = 256;

    private final CudaDevice device;

    CudaLookups(CudaDevice device) {
        this.device = device;
    }

    @Override
    public void gather(int rows, int columns, Buffer table, int count, Buffer indices, Buffer to) {
        checkHolds("the table", table, (long) rows * columns);
        checkHolds("the indices", indices, count);
        checkHolds("the result", to, (long) rows * count);
        checkIndices(indices, 0, count, columns);
        device.launch(MODULE, "gather")
                .value(rows)
                .value(columns)
                .read(table)
                .value(count)
                .read(indices)
                .write(to)
                .over((long) rows * count);
    }

    @Override
    public void scatterAdd(Matrix from, Buffer indices, int first, Matrix table) {
        checkScatter(from, indices, first, table);
        checkIndices(indices, first, from.columns(), table.columns());
        for (int start = 0; start < from.columns(); start += MOST_SORTED) {
            add(from, indices, first, start, Math.min(MOST_SORTED, from.columns() - start), table);
        }
    }

    /** Adds {@code count} of the columns, from {@code start} on. */
    private void add(Matrix from, Buffer indices, int first, int start, int count, Matrix table) {
        HostResults scratch = device.results(0, count + (count + 1) / 2);
        device.launch(MODULE, "sortColumns")
                .value(count)
                .read(indices, first + start)
                .results(scratch)
                .grid((count + WARP - 1) / WARP, 1, Launch.THREADS);
        device.launch(MODULE, "addColumns")
                .value(from.rows())
                .value(count)
                .read(from.buffer(), from.offset() + start)
                .value(from.stride())
                .read(indices, first + start)
                .results(scratch)
                .write(table.buffer(), table.offset())
                .value(table.stride())
                .over((long) from.rows() * count);
    }

    @Override
    public void top(int rows, int columns, Buffer table, int count, Buffer values, Buffer indices) {
        checkTop(rows, columns, table, count, values, indices);
        if (count > MOST_KEPT) {
            topOnHost(rows, columns, table, count, values, indices);
        } else if (rows > 0) {
            device.launch(MODULE, "top")
                    .value(columns)
                    .read(table)
                    .value(count)
                    .write(values)
                    .write(indices)
                    .grid(rows, 1, Launch.THREADS);
        }
    }

    private void topOnHost(int rows, int columns, Buffer table, int count, Buffer values, Buffer indices) {
        PinnedStaging staging = device.stream().staging();
        LargestNumbers largest = new LargestNumbers(count);
        double[] row = new double[columns];
        double[] found = new double[count];
        double[] places = new double[count];
        for (int r = 0; r < rows; r++) {
            staging.read(CudaBuffer.of(device, table), r * columns, row, 0, columns);
            largest.clear();
            for (int c = 0; c < columns; c++) {
                largest.offer(row[c], c);
            }
            for (int k = 0; k < count; k++) {
                found[k] = largest.value(k);
                places[k] = largest.index(k);
            }
            staging.write(found, 0, CudaBuffer.of(device, values), r * count, count);
            staging.write(places, 0, CudaBuffer.of(device, indices), r * count, count);
        }
    }

    private void checkIndices(Buffer indices, int first, int count, int columns) {
        if (count == 0) {
            return;
        }
        int blocks = (int) Math.min(MOST_SEARCHERS, (count + SEARCH * Launch.THREADS - 1L) / (SEARCH * Launch.THREADS));
        HostResults results = device.results(2 * blocks);
        device.launch(MODULE, "findWrongIndices")
                .value(count)
                .value(columns)
                .read(indices, first)
                .results(results)
                .grid(blocks, 1, Launch.THREADS);
        DoubleBuffer found = results.read();
        int earliest = 0;
        for (int block = 1; block < blocks; block++) {
            earliest = found.get(2 * block) < found.get(2 * earliest) ? block : earliest;
        }
        if (found.get(2 * earliest) < count) {
            checkIndex(found.get(2 * earliest + 1), columns);
        }
    }
}
