package org.expunge.influence.compute.cpu;

import static org.expunge.influence.compute.HostSums.valuesOf;
import static org.expunge.influence.compute.KernelChecks.checkHolds;
import static org.expunge.influence.compute.KernelChecks.checkMatrix;
import static org.expunge.influence.compute.KernelChecks.checkRange;
import static org.expunge.influence.compute.cpu.CpuBuffer.overwrite;
import static org.expunge.influence.compute.cpu.CpuBuffer.read;
import static org.expunge.influence.compute.cpu.CpuBuffer.update;

import java.util.Arrays;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.HostSums;
import org.expunge.influence.compute.ReductionKernels;
import org.expunge.influence.compute.Sums;

/** Sums over the heap sides, with double accumulators. */
final class CpuReductions implements ReductionKernels {
    /*
     * C2 does not reorder a floating-point sum, so one accumulator runs at the latency of an addition (0.8 ns an element).
     * Eight of them hide it (0.3 to 0.4 ns).
     */

    @Override
    public double dot(int length, Buffer x, Buffer y) {
        checkHolds("x", x, length);
        checkHolds("y", y, length);
        return dot(read(x), read(y), 0, length);
    }

    @Override
    public void columnDots(int rows, int batch, Buffer x, Buffer y, Sums sums, int offset) {
        checkHolds("x", x, (long) rows * batch);
        checkHolds("y", y, (long) rows * batch);
        checkRange("the sums", sums, offset, batch);
        float[] xs = read(x);
        float[] ys = read(y);
        double[] out = valuesOf(sums);
        for (int r = 0; r < rows; r++) {
            for (int b = 0; b < batch; b++) {
                out[offset + b] += (double) xs[r * batch + b] * ys[r * batch + b];
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
        float[] xs = read(x);
        float[] ys = read(y);
        double[] scales = valuesOf(factors);
        double[] out = valuesOf(sums);
        double[] group = new double[batch];
        for (int g = 0; g < groups; g++) {
            Arrays.fill(group, 0);
            for (int r = 0; r < rows; r++) {
                addProducts(xs, (g * rows + r) * batch, ys, r * batch, group);
            }
            double scale = scales[first + g];
            int to = offset + g * batch;
            for (int b = 0; b < batch; b++) {
                out[to + b] += scale * group[b];
            }
        }
    }

    private static void addProducts(float[] x, int fromX, float[] y, int fromY, double[] sums) {
        for (int b = 0; b < sums.length; b++) {
            sums[b] += (double) x[fromX + b] * y[fromY + b];
        }
    }

    @Override
    public void rowSums(int rows, int columns, Buffer x, Sums sums, int offset) {
        checkHolds("x", x, (long) rows * columns);
        checkRange("the sums", sums, offset, rows);
        float[] xs = read(x);
        double[] out = valuesOf(sums);
        for (int r = 0; r < rows; r++) {
            out[offset + r] += sum(xs, r * columns, (r + 1) * columns);
        }
    }

    @Override
    public void addRowSums(int rows, int columns, Buffer x, Buffer sums) {
        checkHolds("x", x, (long) rows * columns);
        checkHolds("sums", sums, rows);
        float[] xs = read(x);
        float[] out = update(sums);
        for (int r = 0; r < rows; r++) {
            out[r] = (float) (out[r] + sum(xs, r * columns, (r + 1) * columns));
        }
    }

    @Override
    public void rowDots(int rows, int columns, Buffer x, Buffer y, Sums sums, int offset) {
        checkHolds("x", x, (long) rows * columns);
        checkHolds("y", y, (long) rows * columns);
        checkRange("the sums", sums, offset, rows);
        float[] xs = read(x);
        float[] ys = read(y);
        double[] out = valuesOf(sums);
        for (int r = 0; r < rows; r++) {
            out[offset + r] += dot(xs, ys, r * columns, (r + 1) * columns);
        }
    }

    @Override
    public void groupSums(int groups, int size, int batch, Buffer x, double beta, Buffer to) {
        checkHolds("x", x, (long) groups * size * batch);
        checkHolds("the sums", to, (long) groups * batch);
        float[] xs = read(x);
        float[] out = beta == 0 ? overwrite(to, groups * batch) : update(to);
        double[] sums = new double[batch];
        for (int g = 0; g < groups; g++) {
            Arrays.fill(sums, 0);
            for (int row = g * size; row < (g + 1) * size; row++) {
                addRow(xs, row * batch, sums);
            }
            for (int b = 0; b < batch; b++) {
                int at = g * batch + b;
                out[at] = (float) (beta == 0 ? sums[b] : beta * out[at] + sums[b]);
            }
        }
    }

    @Override
    public void addMatrix(int rows, int columns, Buffer x, Sums sums, int offset, int stride) {
        checkHolds("x", x, (long) rows * columns);
        checkMatrix(rows, columns, sums, offset, stride);
        float[] xs = read(x);
        double[] out = valuesOf(sums);
        for (int r = 0; r < rows; r++) {
            int to = offset + r * stride;
            for (int c = 0; c < columns; c++) {
                out[to + c] += xs[r * columns + c];
            }
        }
    }

    @Override
    public void addScaledRows(int rows, int columns, Buffer x, Sums factors, int first, Sums sums, int offset) {
        checkHolds("x", x, (long) rows * columns);
        checkRange("the factors", factors, first, rows);
        checkRange("the sums", sums, offset, (long) rows * columns);
        float[] xs = read(x);
        double[] scales = valuesOf(factors);
        double[] out = valuesOf(sums);
        for (int r = 0; r < rows; r++) {
            double scale = scales[first + r];
            for (int i = r * columns; i < (r + 1) * columns; i++) {
                out[offset + i] += scale * xs[i];
            }
        }
    }

    @Override
    public void addProducts(int length, double plus, Sums factors, Sums sums, int offset) {
        HostSums.addProducts(length, plus, factors, sums, offset);
    }

    private static void addRow(float[] x, int from, double[] sums) {
        for (int b = 0; b < sums.length; b++) {
            sums[b] += x[from + b];
        }
    }

    private static double sum(float[] x, int from, int end) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = from;
        for (; i < end - 7; i += 8) {
            s0 += (double) x[i] + x[i + 4];
            s1 += (double) x[i + 1] + x[i + 5];
            s2 += (double) x[i + 2] + x[i + 6];
            s3 += (double) x[i + 3] + x[i + 7];
        }
        for (; i < end; i++) {
            s0 += x[i];
        }
        return s0 + s1 + (s2 + s3);
    }

    private static double dot(float[] x, float[] y, int from, int end) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = from;
        for (; i < end - 7; i += 8) {
            s0 += (double) x[i] * y[i] + (double) x[i + 4] * y[i + 4];
            s1 += (double) x[i + 1] * y[i + 1] + (double) x[i + 5] * y[i + 5];
            s2 += (double) x[i + 2] * y[i + 2] + (double) x[i + 6] * y[i + 6];
            s3 += (double) x[i + 3] * y[i + 3] + (double) x[i + 7] * y[i + 7];
        }
        for (; i < end; i++) {
            s0 += (double) x[i] * y[i];
        }
        return s0 + s1 + (s2 + s3);
    }
}
