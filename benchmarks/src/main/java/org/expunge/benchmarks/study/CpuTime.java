package org.expunge.benchmarks.study;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Matrix;

/** The calling thread's processor time, so that other load on the machine does not count. */
public final class CpuTime {
    private static final int SIDE = 1024;
    private static final int PRODUCTS = 5;

    private CpuTime() {}

    /** Returns the seconds that some work takes. */
    public static double seconds(Runnable work) {
        var threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        work.run();
        return (threads.getCurrentThreadCpuTime() - start) / 1e9;
    }

    /** Returns the rate of a 1024 × 1024 × 1024 product, in FLOP per second. */
    public static double sgemmRate(Compute compute) {
        int length = SIDE * SIDE;
        try (Buffer a = compute.allocate(length);
                Buffer b = compute.allocate(length);
                Buffer c = compute.allocate(length)) {
            compute.fill(a, 0, length, 0.5);
            compute.fill(b, 0, length, 0.25);
            Matrix to = Matrix.of(c, SIDE, SIDE);
            Runnable product =
                    () -> compute.linear().multiply(1, Matrix.of(a, SIDE, SIDE), Matrix.of(b, SIDE, SIDE), 0, to);
            product.run();
            double seconds = seconds(() -> {
                for (int i = 0; i < PRODUCTS; i++) {
                    product.run();
                }
            });
            return PRODUCTS * 2.0 * SIDE * SIDE * SIDE / seconds;
        }
    }

    /** Returns the upper median. */
    public static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
