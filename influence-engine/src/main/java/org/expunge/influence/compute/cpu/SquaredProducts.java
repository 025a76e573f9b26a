package org.expunge.influence.compute.cpu;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.expunge.influence.compute.Matrix;

/** Sums of squared products, some products at a time: {@link org.expunge.influence.compute.LinearKernels}. */
final class SquaredProducts {
    /*
     * A square is added in 0.1 ns where floats are added to floats, which C2 vectorises, and in 0.8 ns where they are
     * added to doubles, which it does not. So the squares of some products are added as floats, and their sums as doubles.
     * All terms are positive: the sum of 16 is off by 15 roundings at most.
     */
    private static final int SQUARES = 16;

    /** Numbers of a chunk of products: 256 KiB, which stay in the cache of a core. */
    private static final int CHUNK = 1 << 16;

    /** Rows of a chunk at least: OpenBLAS packs B anew for each, which costs as much as some 30 rows. */
    private static final int ROWS = 1_024;

    private SquaredProducts() {}

    /** As the interface says, with no side 0. */
    static void add(int count, Matrix a, int strideA, Matrix b, double[] sums, int offset) {
        FloatPointer left = CpuBuffer.of(a.buffer()).nativeForRead();
        FloatPointer right = CpuBuffer.of(b.buffer()).nativeForRead();
        int length = a.rows() * b.columns();
        int ofChunk = Math.min(count, Math.max(1, Math.max(CHUNK / length, ROWS / a.rows())));
        CpuBuffer products = Scratch.local().buffer(Math.multiplyExact(ofChunk, length));
        for (int first = 0; first < count; first += ofChunk) {
            int size = Math.min(ofChunk, count - first);
            multiply(size, a, left, a.offset() + first * strideA, strideA, b, right, products);
            addSquares(size, length, products.view(), sums, offset);
        }
    }

    /** Multiplies in one call where the matrices A are the rows of one matrix. */
    private static void multiply(
            int count,
            Matrix a,
            FloatPointer left,
            int offset,
            int strideA,
            Matrix b,
            FloatPointer right,
            CpuBuffer products) {
        FloatPointer to = products.nativeForOverwrite(products.length());
        boolean isOne = !a.isTransposed() && strideA == a.rows() * a.stride();
        int together = isOne ? count : 1;
        Matrix rows = new Matrix(a.buffer(), offset, together * a.rows(), a.columns(), a.stride(), a.isTransposed());
        Matrix result = Matrix.of(products, rows.rows(), b.columns());
        int length = a.rows() * b.columns();
        for (int i = 0; i < count; i += together) {
            Sgemm.multiply(1f, rows, left, offset + i * strideA, b, right, b.offset(), 0f, result, to, i * length);
        }
    }

    private static void addSquares(int count, int length, FloatBuffer products, double[] sums, int offset) {
        float[] product = Scratch.local().array(0, length);
        float[] squares = Scratch.local().array(1, length);
        for (int first = 0; first < count; first += SQUARES) {
            Arrays.fill(squares, 0, length, 0);
            int end = Math.min(count, first + SQUARES);
            for (int i = first; i < end; i++) {
                products.get(i * length, product, 0, length);
                FloatLoops.addSquares(product, squares, length);
            }
            for (int j = 0; j < length; j++) {
                sums[offset + j] += squares[j];
            }
        }
    }
}
