package org.expunge.influence.compute.cuda;

import static org.expunge.influence.compute.KernelChecks.checkHolds;
import static org.expunge.influence.compute.KernelChecks.checkMatrix;
import static org.expunge.influence.compute.KernelChecks.checkRange;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.ReductionKernels;
import org.expunge.influence.compute.Sums;
import org.jspecify.annotations.Nullable;

/**
 * Sums in double on the device, in an order that follows from the shape alone: the same numbers give the same bits on
 * every GPU. Only {@link #dot} waits for the device.
 */
final class CudaReductions implements ReductionKernels {
    /*
     * A sum is split over blocks until there are as many as the largest GPU of today holds at a time, some 130
     * multiprocessors with 8 blocks each, or until a thread has few numbers left to add.
     */
    private static final int BLOCKS = 1_024;
    private static final int LEAST_NUMBERS = 16;

    private static final String MODULE = "reductions";
    private static final int WARP = 32;
    /** Rows up to this length are summed by a warp, 32 numbers a thread; longer ones by a block. */
    private static final int LONGEST_OF_WARP = 1_024;
    /** Groups of a block: one load of the shared matrix serves all of them. */
    private static final int GROUPS = 4;

    private final CudaDevice device;

    CudaReductions(CudaDevice device) {
        this.device = device;
    }

    /** How a kernel's blocks share its work: {@code blocks} for all sums, each split in {@code splits}. */
    private record Grid(int width, int blocks, int splits) {
        /** Blocks of tiles of {@code perBlock} groups and up to 32 columns, whose other threads share the rows. */
        static Grid ofGroups(int groups, int perBlock, int rows, int batch) {
            int width = batch >= WARP ? WARP : Integer.highestOneBit(2 * batch - 1);
            long blocks = (long) ceilDivide(batch, width) * ceilDivide(groups, perBlock);
            return new Grid(width, Math.toIntExact(blocks), splits(blocks, rows / (Launch.THREADS / width)));
        }

        /** Warps or blocks of rows; the width is the number of threads of a row. */
        static Grid ofRows(int rows, int columns) {
            int lanes = columns <= LONGEST_OF_WARP ? WARP : Launch.THREADS;
            int blocks = ceilDivide(rows, Launch.THREADS / lanes);
            return new Grid(lanes, blocks, lanes == WARP ? 1 : splits(blocks, columns / lanes));
        }

        private static int splits(long blocks, int numbersOfThread) {
            return (int) Math.max(1, Math.min(BLOCKS / blocks, numbersOfThread / LEAST_NUMBERS));
        }

        private static int ceilDivide(int number, int divisor) {
            return (number - 1) / divisor + 1;
        }

        /** Returns how many parts a split sum leaves. */
        int parts() {
            return splits == 1 ? 0 : splits;
        }
    }

    /** Adds the first {@code length} sums to others. */
    static void add(CudaDevice device, int length, Sums from, Sums to) {
        device.launch(MODULE, "addSums")
                .value(length)
                .read(from, 0)
                .write(to, 0)
                .over(length);
    }

    @Override
    public double dot(int length, Buffer x, Buffer y) {
        try (CudaSums sum = new CudaSums(device, 1)) {
            rowDots(1, length, x, y, sum, 0);
            return sum.toArray()[0];
        }
    }

    @Override
    public void columnDots(int rows, int batch, Buffer x, Buffer y, Sums sums, int offset) {
        checkHolds("x", x, (long) rows * batch);
        checkHolds("y", y, (long) rows * batch);
        checkRange("the sums", sums, offset, batch);
        addGroupDots(1, rows, batch, x, y, null, 0, sums, offset);
    }

    @Override
    public void groupDots(
            int groups, int rows, int batch, Buffer x, Buffer y, Sums factors, int first, Sums sums, int offset) {
        checkHolds("x", x, (long) groups * rows * batch);
        checkHolds("y", y, (long) rows * batch);
        checkRange("the factors", factors, first, groups);
        checkRange("the sums", sums, offset, (long) groups * batch);
        addGroupDots(groups, rows, batch, x, y, factors, first, sums, offset);
    }

    private void addGroupDots(
            int groups,
            int rows,
            int batch,
            Buffer x,
            Buffer y,
            @Nullable Sums factors,
            int first,
            Sums sums,
            int offset) {
        if (groups == 0 || rows == 0 || batch == 0) {
            return;
        }
        int perBlock = groups == 1 ? 1 : GROUPS;
        Grid grid = Grid.ofGroups(groups, perBlock, rows, batch);
        HostResults parts = parts(groups * batch, grid);
        Launch launch = launch(perBlock == 1 ? "groupDotsByOne" : "groupDotsByFour", grid, groups, rows, batch)
                .read(x)
                .read(y);
        start(factors(launch, factors, first).results(parts).write(sums, offset), grid);
        addParts(parts, groups * batch, grid, batch, factors, first, sums, offset);
    }

    private static Launch factors(Launch launch, @Nullable Sums factors, int first) {
        return factors == null ? launch.nothing() : launch.read(factors, first);
    }

    @Override
    public void rowSums(int rows, int columns, Buffer x, Sums sums, int offset) {
        checkHolds("x", x, (long) rows * columns);
        checkRange("the sums", sums, offset, rows);
        if (rows == 0 || columns == 0) {
            return;
        }
        Grid grid = Grid.ofRows(rows, columns);
        HostResults parts = parts(rows, grid);
        Launch launch = launch("rowSums", grid, rows, columns).read(x);
        start(launch.results(parts).write(sums, offset), grid);
        addParts(parts, rows, grid, 1, null, 0, sums, offset);
    }

    @Override
    public void rowDots(int rows, int columns, Buffer x, Buffer y, Sums sums, int offset) {
        checkHolds("x", x, (long) rows * columns);
        checkHolds("y", y, (long) rows * columns);
        checkRange("the sums", sums, offset, rows);
        if (rows == 0 || columns == 0) {
            return;
        }
        Grid grid = Grid.ofRows(rows, columns);
        HostResults parts = parts(rows, grid);
        Launch launch = launch("rowDots", grid, rows, columns).read(x).read(y);
        start(launch.results(parts).write(sums, offset), grid);
        addParts(parts, rows, grid, 1, null, 0, sums, offset);
    }

    @Override
    public void addRowSums(int rows, int columns, Buffer x, Buffer sums) {
        checkHolds("x", x, (long) rows * columns);
        checkHolds("sums", sums, rows);
        if (rows == 0 || columns == 0) {
            return;
        }
        Grid grid = Grid.ofRows(rows, columns);
        HostResults parts = parts(rows, grid);
        start(launch("addRowSums", grid, rows, columns).read(x).results(parts).write(sums), grid);
        addParts(parts, rows, grid, 1, sums);
    }

    @Override
    public void groupSums(int groups, int size, int batch, Buffer x, double beta, Buffer to) {
        checkHolds("x", x, (long) groups * size * batch);
        checkHolds("the sums", to, (long) groups * batch);
        if (groups == 0 || batch == 0) {
            return;
        }
        Grid grid = Grid.ofGroups(groups, 1, size, batch);
        HostResults parts = parts(groups * batch, grid);
        Launch launch = launch("groupSums", grid, groups, size, batch);
        start(launch.read(x).results(parts).value(beta).write(to), grid);
        addParts(parts, groups * batch, grid, beta, to);
    }

    /** Begins a launch with the sizes that all kernels here have first. */
    private Launch launch(String kernel, Grid grid, int... sizes) {
        Launch launch = device.launch(MODULE, kernel);
        for (int size : sizes) {
            launch.value(size);
        }
        return launch.value(grid.width());
    }

    private static void start(Launch launch, Grid grid) {
        launch.grid(grid.blocks(), grid.splits(), Launch.THREADS);
    }

    private HostResults parts(int sums, Grid grid) {
        return device.results(0, sums * grid.parts());
    }

    private void addParts(
            HostResults parts,
            int count,
            Grid grid,
            int width,
            @Nullable Sums factors,
            int first,
            Sums sums,
            int offset) {
        if (grid.parts() > 0) {
            Launch launch = device.launch(MODULE, "addPartsToSums")
                    .results(parts)
                    .value((long) count)
                    .value(grid.parts())
                    .value(width);
            factors(launch, factors, first).write(sums, offset).over(count);
        }
    }

    private void addParts(HostResults parts, int count, Grid grid, double beta, Buffer to) {
        if (grid.parts() > 0) {
            device.launch(MODULE, "addParts")
                    .results(parts)
                    .value((long) count)
                    .value(grid.parts())
                    .value(beta)
                    .write(to)
                    .over(count);
        }
    }

    @Override
    public void addMatrix(int rows, int columns, Buffer x, Sums sums, int offset, int stride) {
        checkHolds("x", x, (long) rows * columns);
        checkMatrix(rows, columns, sums, offset, stride);
        addMatrix(rows, columns, x, null, 0, sums, offset, stride);
    }

    @Override
    public void addScaledRows(int rows, int columns, Buffer x, Sums factors, int first, Sums sums, int offset) {
        checkHolds("x", x, (long) rows * columns);
        checkRange("the factors", factors, first, rows);
        checkRange("the sums", sums, offset, (long) rows * columns);
        addMatrix(rows, columns, x, factors, first, sums, offset, columns);
    }

    private void addMatrix(
            int rows, int columns, Buffer x, @Nullable Sums factors, int first, Sums sums, int offset, int stride) {
        Launch launch = device.launch(MODULE, "addMatrix")
                .value(rows)
                .value(columns)
                .value(stride)
                .read(x);
        factors(launch, factors, first).write(sums, offset).over((long) rows * columns);
    }

    @Override
    public void addProducts(int length, double plus, Sums factors, Sums sums, int offset) {
        checkRange("the factors", factors, 0, 2L * length);
        checkRange("the sums", sums, offset, length);
        device.launch(MODULE, "addProducts")
                .value(length)
                .value(plus)
                .read(factors, 0)
                .write(sums, offset)
                .over(length);
    }
}
