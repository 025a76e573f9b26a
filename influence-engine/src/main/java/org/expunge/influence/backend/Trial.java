package org.expunge.influence.backend;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Sums;

/**
 * One run of a few kernels on a backend. It draws their inputs, which the same seed makes the same floats on any
 * backend, gives them outputs full of NaN, so that what a kernel does not write shows, and keeps what they wrote.
 */
final class Trial implements AutoCloseable {
    private final Compute compute;
    private final SplittableRandom random;
    private final List<Buffer> buffers = new ArrayList<>();
    private final List<Sums> allSums = new ArrayList<>();
    private final List<double[]> results = new ArrayList<>();

    Trial(Compute compute, long seed) {
        this.compute = compute;
        this.random = new SplittableRandom(seed);
    }

    Compute compute() {
        return compute;
    }

    /** Returns numbers between −2 and 2, each a float: none is a round number that a coarser format would keep. */
    double[] draw(int length) {
        return draw(length, x -> 4 * x - 2);
    }

    /** Returns floats made of numbers between 0 and 1. */
    double[] draw(int length, DoubleUnaryOperator of) {
        double[] values = new double[length];
        Arrays.setAll(values, i -> (float) of.applyAsDouble(random.nextDouble()));
        return values;
    }

    /** Returns a symmetric matrix with ones added to its diagonal so often that it is positive definite. */
    double[] symmetric(int n) {
        double[] matrix = draw(n * n);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                matrix[i * n + j] = matrix[j * n + i];
            }
            matrix[i * n + i] += 2 * n;
        }
        return matrix;
    }

    Buffer input(int length) {
        return input(draw(length));
    }

    Buffer input(double... values) {
        Buffer made = compute.of(values);
        buffers.add(made);
        return made;
    }

    Buffer output(int length) {
        double[] nothing = new double[length];
        Arrays.fill(nothing, Double.NaN);
        return input(nothing);
    }

    /** Returns sums that hold numbers: kernels add to them. */
    Sums sums(int length) {
        return sums(draw(length));
    }

    Sums sums(double... values) {
        Sums made = compute.sumsOf(values);
        allSums.add(made);
        return made;
    }

    void keep(Buffer... written) {
        for (Buffer buffer : written) {
            results.add(compute.toArray(buffer));
        }
    }

    void keep(Sums written) {
        results.add(written.toArray());
    }

    void keep(double... written) {
        results.add(written);
    }

    List<double[]> results() {
        return results;
    }

    @Override
    public void close() {
        buffers.forEach(Buffer::close);
        allSums.forEach(Sums::close);
    }
}
