package org.expunge.influence.compute.reference;

import static org.expunge.influence.compute.KernelChecks.checkHolds;
import static org.expunge.influence.compute.KernelChecks.checkMatrix;
import static org.expunge.influence.compute.KernelChecks.checkRange;
import static org.expunge.influence.compute.reference.ReferenceBuffer.valuesOf;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.HostSums;
import org.expunge.influence.compute.ReductionKernels;
import org.expunge.influence.compute.Sums;

/** Sums in index order. */
final class ReferenceReductions implements ReductionKernels {
    @Override
    public double dot(int length, Buffer x, Buffer y) {
        checkHolds("x", x, length);
        checkHolds("y", y, length);
        double[] xs = valuesOf(x);
        double[] ys = valuesOf(y);
        double sum = 0;
        for (int i = 0; i < length; i++) {
            sum += xs[i] * ys[i];
        }
        return sum;
    }

    @Override
    public void columnDots(int rows, int batch, Buffer x, Buffer y, Sums sums, int offset) {
        checkHolds("x", x, (long) rows * batch);
        checkHolds("y", y, (long) rows * batch);
        checkRange("the sums", sums, offset, batch);
        double[] out = HostSums.valuesOf(sums);
        double[] xs = valuesOf(x);
        double[] ys = valuesOf(y);
        for (int r = 0; r < rows; r++) {
            for (int b = 0; b < batch; b++) {
                out[offset + b] += xs[r * batch + b] * ys[r * batch + b];
            }
        }
    }

    @Override
    public void groupDots(
            int groups, int rows, int batch, Buffer x, Buffer y, Sums factors, int first, Sums sums, int offset) {
        checkHolds("x", x, (long) groups * rows * batch);
        checkHolds("y", y, (long) rows * batch);
        checkRange("the factors", factors, first, groups);
        checkRange("the sums", sums, offset, (long) groups * batch);
        double[] scales = HostSums.valuesOf(factors);
        double[] out = HostSums.valuesOf(sums);
        double[] xs = valuesOf(x);
        double[] ys = valuesOf(y);
        for (int g = 0; g < groups; g++) {
            for (int i = 0; i < rows * batch; i++) {
                out[offset + g * batch + i % batch] += scales[first + g] * xs[g * rows * batch + i] * ys[i];
            }
        }
    }

    @Override
    public void rowSums(int rows, int columns, Buffer x, Sums sums, int offset) {
        checkRange("the sums", sums, offset, rows);
        addRowSums(rows, columns, x, HostSums.valuesOf(sums), offset);
    }

    private static void addRowSums(int rows, int columns, Buffer x, double[] sums, int offset) {
        checkHolds("x", x, (long) rows * columns);
        double[] xs = valuesOf(x);
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                sums[offset + r] += xs[r * columns + c];
            }
        }
    }

    @Override
    public void addRowSums(int rows, int columns, Buffer x, Buffer sums) {
        checkHolds("sums", sums, rows);
        addRowSums(rows, columns, x, valuesOf(sums), 0);
    }

    @Override
    public void rowDots(int rows, int columns, Buffer x, Buffer y, Sums sums, int offset) {
        checkHolds("x", x, (long) rows * columns);
        checkHolds("y", y, (long) rows * columns);
        checkRange("the sums", sums, offset, rows);
        double[] out = HostSums.valuesOf(sums);
        double[] xs = valuesOf(x);
        double[] ys = valuesOf(y);
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                out[offset + r] += xs[r * columns + c] * ys[r * columns + c];
            }
        }
    }

    @Override
    public void groupSums(int groups, int size, int batch, Buffer x, double beta, Buffer to) {
        checkHolds("x", x, (long) groups * size * batch);
        checkHolds("the sums", to, (long) groups * batch);
        double[] xs = valuesOf(x);
        double[] out = valuesOf(to);
        for (int g = 0; g < groups; g++) {
            for (int b = 0; b < batch; b++) {
                double sum = 0;
                for (int j = 0; j < size; j++) {
                    sum += xs[(g * size + j) * batch + b];
                }
                int at = g * batch + b;
                out[at] = beta == 0 ? sum : beta * out[at] + sum;
            }
        }
    }

    @Override
    public void addMatrix(int rows, int columns, Buffer x, Sums sums, int offset, int stride) {
        checkHolds("x", x, (long) rows * columns);
        checkMatrix(rows, columns, sums, offset, stride);
        double[] xs = valuesOf(x);
        double[] out = HostSums.valuesOf(sums);
        for (int i = 0; i < rows * columns; i++) {
            out[offset + i / columns * stride + i % columns] += xs[i];
        }
    }

    @Override
    public void addScaledRows(int rows, int columns, Buffer x, Sums factors, int first, Sums sums, int offset) {
        checkHolds("x", x, (long) rows * columns);
        checkRange("the factors", factors, first, rows);
        checkRange("the sums", sums, offset, (long) rows * columns);
        double[] xs = valuesOf(x);
        double[] scales = HostSums.valuesOf(factors);
        double[] out = HostSums.valuesOf(sums);
        for (int i = 0; i < rows * columns; i++) {
            out[offset + i] += scales[first + i / columns] * xs[i];
        }
    }

    @Override
    public void addProducts(int length, double plus, Sums factors, Sums sums, int offset) {
        HostSums.addProducts(length, plus, factors, sums, offset);
    }
}
