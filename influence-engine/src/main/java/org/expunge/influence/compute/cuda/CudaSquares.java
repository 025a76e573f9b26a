package org.expunge.influence.compute.cuda;

import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.Sums;

/**
 * Sums of squared products: in registers where the inner dimension is short, else by cuBLAS, some products at a time.
 */
final class CudaSquares {
    /*
     * What the kernel saves is a write and a read of each product, 8 bytes; what it costs is that its inner loop is no
     * match for cuBLAS's. With 14 FLOP in the time of a byte (67 TFLOP/s and 4.8 TB/s, an H200) the 8 bytes last as long
     * as 56 multiplications. If the kernel reached 60 % of the peak where cuBLAS reaches 85 %, the two would meet at an
     * inner dimension of some 130, more on GPUs with less bandwidth. Not measured. The kernel needs no room for products.
     *
     * In tf32 and bf16 cuBLAS uses other units, some times as fast. The kernel takes its operands along the inner
     * dimension, as the rotation of gradients has them; other operands are rare.
     */
    private static final int LONGEST = 192;

    /** Numbers of products at a time, 16 MiB: they stay in the cache of a large GPU. */
    private static final int CHUNK = 1 << 22;

    private static final String MODULE = "squares";
    /** Of a tile. */
    private static final int ROWS = 128;

    private static final int COLUMNS = 64;

    /** Squares that are added in float32: all are positive, so that their sum is off by 15 roundings at most. */
    private static final int MOST_SQUARES = 16;

    /** Two for each of the some 130 multiprocessors of the largest GPUs of today. */
    private static final int BLOCKS = 264;

    private final CudaDevice device;
    private final CudaLinear linear;
    private final CudaReductions reductions;
    private final boolean isFloat32;

    CudaSquares(CudaDevice device, CudaLinear linear, MathMode mode) {
        this.device = device;
        this.linear = linear;
        this.reductions = new CudaReductions(device);
        this.isFloat32 = mode == MathMode.FLOAT32;
    }

    /** As {@link org.expunge.influence.compute.LinearKernels} says, with checked arguments and no side 0. */
    void add(int count, Matrix a, int strideA, Matrix b, Sums sums, int offset) {
        if (isFloat32 && a.columns() <= LONGEST && !a.isTransposed() && b.isTransposed()) {
            addByKernel(count, a, strideA, b, sums, offset);
        } else {
            addByProducts(count, a, strideA, b, sums, offset);
        }
    }

    private void addByKernel(int count, Matrix a, int strideA, Matrix b, Sums sums, int offset) {
        int m = a.rows();
        int n = b.columns();
        int together = matricesOfTile(m);
        int tiles = Math.multiplyExact(ceilDivide(m, ROWS / together), ceilDivide(n, COLUMNS));
        int splits = Math.max(
                Math.min(BLOCKS / tiles, ceilDivide(count, together)), ceilDivide(count, MOST_SQUARES * together));
        int numbers = Math.multiplyExact(Math.multiplyExact(splits, tiles), ROWS * COLUMNS);
        HostResults parts = device.results(0, numbers / (Double.BYTES / Float.BYTES));
        device.launch(MODULE, "squaredProductsBy" + together)
                .value(m)
                .value(a.columns())
                .value(n)
                .value(count)
                .read(a.buffer(), a.offset())
                .value(a.stride())
                .value(strideA)
                .read(b.buffer(), b.offset())
                .value(b.stride())
                .results(parts)
                .grid(tiles, splits, Launch.THREADS);
        device.launch(MODULE, "addSquares")
                .value(m)
                .value(n)
                .value(together)
                .value(tiles)
                .value(splits)
                .results(parts)
                .write(sums, offset)
                .over((long) m * n);
    }

    /** Returns how many matrices of {@code m} rows lie one below the other in a tile. */
    private static int matricesOfTile(int m) {
        if (m <= ROWS / 8) {
            return 8;
        }
        return m <= ROWS / 4 ? 4 : 2;
    }

    private static int ceilDivide(int number, int divisor) {
        return (number - 1) / divisor + 1;
    }

    private void addByProducts(int count, Matrix a, int strideA, Matrix b, Sums sums, int offset) {
        int length = a.rows() * b.columns();
        int ofChunk = Math.min(count, Math.max(1, CHUNK / length));
        try (CudaBuffer products = new CudaBuffer(device, ofChunk * length)) {
            Matrix to = Matrix.of(products, a.rows(), b.columns());
            for (int first = 0; first < count; first += ofChunk) {
                int size = Math.min(ofChunk, count - first);
                linear.multiplyBatch(size, 1, from(a, first * strideA), strideA, b, 0, 0, to, length);
                reductions.columnDots(size, length, products, products, sums, offset);
            }
        }
    }

    private static Matrix from(Matrix a, int step) {
        return new Matrix(a.buffer(), a.offset() + step, a.rows(), a.columns(), a.stride(), a.isTransposed());
    }
}
