package org.expunge.benchmarks.gpu;

import java.util.Arrays;
import java.util.OptionalDouble;
import org.expunge.benchmarks.study.CpuTime;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;

/**
 * Takes times: work is repeated until a round is long enough to be measured, and the median of the rounds counts. A
 * round ends when the device has done all of it.
 */
final class Stopwatch implements AutoCloseable {
    private static final double LEAST_ROUND_SECONDS = 5e-3;
    private static final int MOST_REPEATS = 10_000;
    private static final int ROUNDS = 11;
    private static final double LONG_ROUND_SECONDS = 30;
    private static final int FEW_ROUNDS = 3;

    private final Compute compute;
    private final Buffer probe;
    private final double[] number = new double[1];

    Stopwatch(Compute compute) {
        this.compute = compute;
        this.probe = compute.allocate(1);
    }

    /** Times some work after having warmed up. */
    Measurement measure(Work work, long seed) {
        try (Desk desk = new Desk(compute, seed)) {
            Runnable run = work.open().apply(desk);
            int repeats = repeats(run);
            double[] seconds = new double[round(run, repeats) < LONG_ROUND_SECONDS ? ROUNDS : FEW_ROUNDS];
            Arrays.setAll(seconds, round -> round(run, repeats) / repeats);
            return new Measurement(work, seconds.length, CpuTime.median(seconds), OptionalDouble.empty());
        }
    }

    /** Warms up: doubles the number of repeats until they last long enough. */
    private int repeats(Runnable run) {
        round(run, 1);
        int repeats = 1;
        while (round(run, repeats) < LEAST_ROUND_SECONDS && repeats < MOST_REPEATS) {
            repeats *= 2;
        }
        return repeats;
    }

    private double round(Runnable run, int repeats) {
        finish();
        long start = System.nanoTime();
        for (int i = 0; i < repeats; i++) {
            run.run();
        }
        finish();
        return (System.nanoTime() - start) / 1e9;
    }

    /** Waits for all that was queued: reading a number cannot be done before. */
    private void finish() {
        compute.read(probe, 0, number, 0, 1);
    }

    @Override
    public void close() {
        probe.close();
    }
}
