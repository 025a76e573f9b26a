package org.expunge.influence.compute.reference;

import static org.expunge.influence.compute.KernelChecks.checkHolds;
import static org.expunge.influence.compute.reference.ReferenceBuffer.valuesOf;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.ReductionKernels;

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
    public void columnDots(int rows, int batch, Buffer x, Buffer y, double[] sums, int offset) {
        checkHolds("x", x, (long) rows * batch);
        checkHolds("y", y, (long) rows * batch);
        double[] xs = valuesOf(x);
        double[] ys = valuesOf(y);
        for (int r = 0; r < rows; r++) {
            for (int b = 0; b < batch; b++) {
                sums[offset + b] += xs[r * batch + b] * ys[r * batch + b];
            }
        }
    }

    @Override
    public void groupDots(int groups, int rows, int batch, Buffer x, Buffer y, double[] sums) {
        checkHolds("x", x, (long) groups * rows * batch);
        checkHolds("y", y, (long) rows * batch);
        double[] xs = valuesOf(x);
        double[] ys = valuesOf(y);
        for (int g = 0; g < groups; g++) {
            for (int i = 0; i < rows * batch; i++) {
                sums[g * batch + i % batch] += xs[g * rows * batch + i] * ys[i];
            }
        }
    }

    @Override
    public void rowSums(int rows, int columns, Buffer x, double[] sums) {
        checkHolds("x", x, (long) rows * columns);
        double[] xs = valuesOf(x);
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                sums[r] += xs[r * columns + c];
            }
        }
    }

    @Override
    public void addRowSums(int rows, int columns, Buffer x, Buffer sums) {
        checkHolds("sums", sums, rows);
        rowSums(rows, columns, x, valuesOf(sums));
    }

    @Override
    public void rowDots(int rows, int columns, Buffer x, Buffer y, double[] sums) {
        checkHolds("x", x, (long) rows * columns);
        checkHolds("y", y, (long) rows * columns);
        double[] xs = valuesOf(x);
        double[] ys = valuesOf(y);
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                sums[r] += xs[r * columns + c] * ys[r * columns + c];
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
}
