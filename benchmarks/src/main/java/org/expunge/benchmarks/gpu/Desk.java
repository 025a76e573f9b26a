package org.expunge.benchmarks.gpu;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.Sums;

/**
 * Inputs and outputs of one kernel on one backend. Two desks of the same seed hand out the same sizes and numbers, all
 * of which float32 holds exactly, so that what two backends make of them can be compared.
 */
final class Desk implements AutoCloseable {
    private static final int MOST_PADDING = 3;
    private static final int LARGE_BLOCK = 1 << 16;

    private final Compute compute;
    private final Random random;
    private final Deque<Runnable> closers = new ArrayDeque<>();
    private final List<Result> results = new ArrayList<>();

    /** Gives what a kernel has left, once it has run. */
    private interface Result {
        double[] read();
    }

    Desk(Compute compute, long seed) {
        this.compute = compute;
        this.random = new Random(seed);
    }

    Compute compute() {
        return compute;
    }

    /** Draws a whole number from {@code least} to {@code most}. */
    int size(int least, int most) {
        return least + random.nextInt(most - least + 1);
    }

    /** Draws normal numbers. */
    double[] draw(int length) {
        double[] values = new double[length];
        Arrays.setAll(values, i -> (float) random.nextGaussian());
        return values;
    }

    /** Draws one-hot columns, {@code outputs × batch}. */
    double[] classes(int outputs, int batch) {
        double[] values = new double[outputs * batch];
        for (int b = 0; b < batch; b++) {
            values[random.nextInt(outputs) * batch + b] = 1;
        }
        return values;
    }

    /** Draws zeros and ones. */
    double[] bits(int length) {
        double[] values = new double[length];
        Arrays.setAll(values, i -> random.nextInt(2));
        return values;
    }

    /** Draws whole numbers from −1 to {@code columns − 1}. */
    double[] indices(int count, int columns) {
        double[] values = new double[count];
        Arrays.setAll(values, i -> size(-1, columns - 1));
        return values;
    }

    Buffer input(double[] values) {
        Buffer buffer = compute.of(values);
        keep(buffer::close);
        return buffer;
    }

    Buffer input(int length) {
        return input(draw(length));
    }

    /** Fills a buffer with random numbers of which a block repeats: enough for a time, and quick at any length. */
    Buffer large(int length) {
        Buffer buffer = compute.allocate(length);
        keep(buffer::close);
        int filled = Math.min(length, LARGE_BLOCK);
        compute.write(draw(filled), 0, buffer, 0, filled);
        while (filled < length) {
            int more = Math.min(filled, length - filled);
            compute.copy(buffer, 0, buffer, filled, more);
            filled += more;
        }
        return buffer;
    }

    /** Runs something when the desk is closed, the last one first. */
    void keep(Runnable close) {
        closers.push(close);
    }

    /** Allocates a result and poisons it: a number that the kernel does not write stays NaN and fails. */
    Buffer output(int length) {
        return updated(filled(length, Double.NaN));
    }

    /** Uploads numbers that the kernel reads and overwrites. */
    Buffer updated(double[] values) {
        Buffer buffer = input(values);
        results.add(() -> compute.toArray(buffer));
        return buffer;
    }

    Buffer updated(int length) {
        return updated(draw(length));
    }

    /** Allocates a square of which a kernel writes only the triangle up to the diagonal. */
    Buffer lowerTriangle(int side) {
        Buffer buffer = input(filled(side * side, Double.NaN));
        results.add(() -> {
            double[] values = compute.toArray(buffer);
            for (int i = 0; i < side; i++) {
                Arrays.fill(values, i * side + i + 1, (i + 1) * side, 0);
            }
            return values;
        });
        return buffer;
    }

    /** Makes sums that a kernel adds to. */
    Sums sums(int length) {
        return compared(draw(length));
    }

    /** Makes poisoned sums that a kernel writes. */
    Sums written(int length) {
        return compared(filled(length, Double.NaN));
    }

    private Sums compared(double[] values) {
        Sums sums = factors(values);
        results.add(sums::toArray);
        return sums;
    }

    /** Makes doubles that a kernel reads. */
    Sums factors(double[] values) {
        Sums sums = compute.sumsOf(values);
        keep(sums::close);
        return sums;
    }

    /** Compares a host array after the kernel has run. */
    double[] host(double[] values) {
        results.add(() -> values);
        return values;
    }

    /** Draws a matrix with padding before it and between its rows. */
    Matrix matrix(int rows, int columns, boolean isTransposed) {
        return matrix(rows, columns, isTransposed, false, 1, 0);
    }

    /** Draws {@code count} matrices, each {@code step} numbers after the one before. */
    Matrix matrices(int rows, int columns, int count, int step) {
        return matrix(rows, columns, false, false, count, step);
    }

    /**
     * Allocates a matrix with padding, compared afterwards: NaN where a product is to write, or numbers to be added to;
     * the padding holds numbers that must stay.
     */
    Matrix result(int rows, int columns, boolean isPoisoned) {
        return matrix(rows, columns, false, true, 1, isPoisoned ? -1 : 0);
    }

    private Matrix matrix(int rows, int columns, boolean isTransposed, boolean isResult, int count, int step) {
        int storedRows = isTransposed ? columns : rows;
        int storedColumns = isTransposed ? rows : columns;
        int offset = size(0, MOST_PADDING);
        int stride = storedColumns + size(0, MOST_PADDING);
        double[] values = draw(offset + storedRows * stride + Math.max(0, step) * (count - 1));
        if (step < 0) {
            for (int r = 0; r < storedRows; r++) {
                Arrays.fill(values, offset + r * stride, offset + r * stride + storedColumns, Double.NaN);
            }
        }
        Buffer buffer = isResult ? updated(values) : input(values);
        return new Matrix(buffer, offset, rows, columns, stride, isTransposed);
    }

    private static double[] filled(int length, double value) {
        double[] values = new double[length];
        Arrays.fill(values, value);
        return values;
    }

    /** Returns what the kernel left, result by result in the order in which they were handed out. */
    List<double[]> results() {
        return results.stream().map(Result::read).toList();
    }

    @Override
    public void close() {
        while (!closers.isEmpty()) {
            closers.pop().run();
        }
    }
}
