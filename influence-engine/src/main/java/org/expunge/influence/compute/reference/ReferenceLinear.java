package org.expunge.influence.compute.reference;

import static org.expunge.influence.compute.KernelChecks.checkBatch;
import static org.expunge.influence.compute.KernelChecks.checkHolds;
import static org.expunge.influence.compute.KernelChecks.checkProduct;
import static org.expunge.influence.compute.KernelChecks.checkSquaredProducts;
import static org.expunge.influence.compute.reference.ReferenceBuffer.valuesOf;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.HostSums;
import org.expunge.influence.compute.LinearKernels;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.MemoryUse;
import org.expunge.influence.compute.Sums;

/** Matrix products by three loops. */
final class ReferenceLinear implements LinearKernels {
    @Override
    public void multiply(double alpha, Matrix a, Matrix b, double beta, Matrix c) {
        checkProduct(a, b, c);
        multiplyAt(alpha, a, a.offset(), b, b.offset(), beta, c, c.offset());
    }

    @Override
    public void multiplyBatch(
            int count, double alpha, Matrix a, int strideA, Matrix b, int strideB, double beta, Matrix c, int strideC) {
        checkProduct(a, b, c);
        checkBatch("matrices A", a, strideA, count);
        checkBatch("matrices B", b, strideB, count);
        checkBatch("matrices C", c, strideC, count);
        for (int i = 0; i < count; i++) {
            multiplyAt(
                    alpha, a, a.offset() + i * strideA, b, b.offset() + i * strideB, beta, c, c.offset() + i * strideC);
        }
    }

    private static void multiplyAt(
            double alpha, Matrix a, int offsetA, Matrix b, int offsetB, double beta, Matrix c, int offsetC) {
        double[] av = valuesOf(a.buffer());
        double[] bv = valuesOf(b.buffer());
        double[] cv = valuesOf(c.buffer());
        int rowStepA = a.isTransposed() ? 1 : a.stride();
        int columnStepA = a.isTransposed() ? a.stride() : 1;
        int rowStepB = b.isTransposed() ? 1 : b.stride();
        int columnStepB = b.isTransposed() ? b.stride() : 1;
        for (int i = 0; i < c.rows(); i++) {
            for (int j = 0; j < c.columns(); j++) {
                double sum = 0;
                for (int k = 0; k < a.columns(); k++) {
                    sum += av[offsetA + i * rowStepA + k * columnStepA] * bv[offsetB + k * rowStepB + j * columnStepB];
                }
                int at = offsetC + i * c.stride() + j;
                cv[at] = beta == 0 ? alpha * sum : alpha * sum + beta * cv[at];
            }
        }
    }

    @Override
    public void addSquaredProducts(int count, Matrix a, int strideA, Matrix b, Sums sums, int offset) {
        checkSquaredProducts(count, a, strideA, b, sums, offset);
        int m = a.rows();
        int n = b.columns();
        double[] out = HostSums.valuesOf(sums);
        ReferenceBuffer product = new ReferenceBuffer(m * n, new MemoryUse());
        double[] values = valuesOf(product);
        for (int i = 0; i < count; i++) {
            multiplyAt(1, a, a.offset() + i * strideA, b, b.offset(), 0, Matrix.of(product, m, n), 0);
            for (int j = 0; j < m * n; j++) {
                out[offset + j] += values[j] * values[j];
            }
        }
    }

    @Override
    public void square(Matrix x, Buffer c) {
        multiply(1, x, x.transposed(), 0, Matrix.of(c, x.rows(), x.rows()));
    }

    @Override
    public void transpose(int rows, int columns, Buffer from, Buffer to) {
        checkHolds("the matrix", from, (long) rows * columns);
        checkHolds("its transpose", to, (long) rows * columns);
        double[] x = valuesOf(from);
        double[] y = valuesOf(to);
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                y[c * rows + r] = x[r * columns + c];
            }
        }
    }

    @Override
    public void addScaled(int length, double alpha, Buffer x, Buffer y) {
        checkHolds("x", x, length);
        checkHolds("y", y, length);
        double[] xs = valuesOf(x);
        double[] ys = valuesOf(y);
        for (int i = 0; i < length; i++) {
            ys[i] += alpha * xs[i];
        }
    }

    @Override
    public void scale(int length, double alpha, Buffer x) {
        checkHolds("x", x, length);
        double[] xs = valuesOf(x);
        for (int i = 0; i < length; i++) {
            xs[i] *= alpha;
        }
    }
}
