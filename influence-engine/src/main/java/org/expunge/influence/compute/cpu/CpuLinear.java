package org.expunge.influence.compute.cpu;

import static org.expunge.influence.compute.KernelChecks.checkBatch;
import static org.expunge.influence.compute.KernelChecks.checkHolds;
import static org.expunge.influence.compute.KernelChecks.checkProduct;
import static org.expunge.influence.compute.KernelChecks.checkSquaredProducts;

import org.bytedeco.javacpp.FloatPointer;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.HostSums;
import org.expunge.influence.compute.LinearKernels;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.Sums;

/** Products by {@code cblas_sgemm} on the native sides; vector updates on the heap sides. */
final class CpuLinear implements LinearKernels {
    private static final int TRANSPOSE_BLOCK = 16;

    @Override
    public void multiply(double alpha, Matrix a, Matrix b, double beta, Matrix c) {
        checkProduct(a, b, c);
        multiplyChecked(1, alpha, a, 0, b, 0, beta, c, 0);
    }

    @Override
    public void multiplyBatch(
            int count, double alpha, Matrix a, int strideA, Matrix b, int strideB, double beta, Matrix c, int strideC) {
        checkProduct(a, b, c);
        checkBatch("matrices A", a, strideA, count);
        checkBatch("matrices B", b, strideB, count);
        checkBatch("matrices C", c, strideC, count);
        multiplyChecked(count, alpha, a, strideA, b, strideB, beta, c, strideC);
    }

    private static void multiplyChecked(
            int count, double alpha, Matrix a, int strideA, Matrix b, int strideB, double beta, Matrix c, int strideC) {
        if (c.rows() == 0 || c.columns() == 0 || count == 0) {
            return;
        }
        if (a.columns() == 0) {
            scaleRows(count, beta, c, strideC);
            return;
        }
        FloatPointer left = CpuBuffer.of(a.buffer()).nativeForRead();
        FloatPointer right = CpuBuffer.of(b.buffer()).nativeForRead();
        FloatPointer to = result(count, beta, c, strideC);
        if (count == 1 && Sgemm.isBetterTransposed(a, b)) {
            CpuBuffer sum = CpuBuffer.of(c.buffer());
            Sgemm.multiplyTransposed((float) alpha, a, left, b, right, (float) beta, c, sum);
            return;
        }
        for (int i = 0; i < count; i++) {
            Sgemm.multiply(
                    (float) alpha,
                    a,
                    left,
                    a.offset() + i * strideA,
                    b,
                    right,
                    b.offset() + i * strideB,
                    (float) beta,
                    c,
                    to,
                    c.offset() + i * strideC);
        }
    }

    /** Returns the native side of C, filled first only if some of it will survive. */
    private static FloatPointer result(int count, double beta, Matrix c, int strideC) {
        boolean isDense = c.stride() == c.columns() && (count == 1 || strideC == c.rows() * c.columns());
        boolean isOverwritten = beta == 0 && c.offset() == 0 && isDense;
        CpuBuffer buffer = CpuBuffer.of(c.buffer());
        return buffer.nativeForOverwrite(isOverwritten ? count * c.rows() * c.columns() : 0);
    }

    /** The product of matrices with an empty inner dimension is 0. */
    private static void scaleRows(int count, double beta, Matrix c, int strideC) {
        float[] values = CpuBuffer.update(c.buffer());
        for (int i = 0; i < count; i++) {
            for (int r = 0; r < c.rows(); r++) {
                int from = c.offset() + i * strideC + r * c.stride();
                for (int j = from; j < from + c.columns(); j++) {
                    values[j] = beta == 0 ? 0 : (float) beta * values[j];
                }
            }
        }
    }

    @Override
    public void addSquaredProducts(int count, Matrix a, int strideA, Matrix b, Sums sums, int offset) {
        checkSquaredProducts(count, a, strideA, b, sums, offset);
        if (count > 0 && a.rows() > 0 && a.columns() > 0 && b.columns() > 0) {
            SquaredProducts.add(count, a, strideA, b, HostSums.valuesOf(sums), offset);
        }
    }

    @Override
    public void square(Matrix x, Buffer c) {
        int m = x.rows();
        Matrix to = Matrix.of(c, m, m);
        checkProduct(x, x.transposed(), to);
        if (m > 0 && x.columns() > 0) {
            FloatPointer from = CpuBuffer.of(x.buffer()).nativeForRead();
            Sgemm.square(x, from, result(1, 0, to, 0), m);
        } else {
            scaleRows(1, 0, to, 0);
        }
    }

    @Override
    public void transpose(int rows, int columns, Buffer from, Buffer to) {
        checkHolds("the matrix", from, (long) rows * columns);
        checkHolds("its transpose", to, (long) rows * columns);
        float[] x = CpuBuffer.read(from);
        float[] y = CpuBuffer.overwrite(to, rows * columns);
        for (int rowBlock = 0; rowBlock < rows; rowBlock += TRANSPOSE_BLOCK) {
            int rowEnd = Math.min(rows, rowBlock + TRANSPOSE_BLOCK);
            for (int c = 0; c < columns; c++) {
                for (int r = rowBlock; r < rowEnd; r++) {
                    y[c * rows + r] = x[r * columns + c];
                }
            }
        }
    }

    @Override
    public void addScaled(int length, double alpha, Buffer x, Buffer y) {
        checkHolds("x", x, length);
        checkHolds("y", y, length);
        FloatLoops.addScaled(CpuBuffer.read(x), (float) alpha, CpuBuffer.update(y), length);
    }

    @Override
    public void scale(int length, double alpha, Buffer x) {
        checkHolds("x", x, length);
        FloatLoops.scale((float) alpha, CpuBuffer.update(x), length);
    }
}
