package org.expunge.benchmarks.gpu;

import java.util.Optional;
import java.util.OptionalDouble;
import org.expunge.benchmarks.study.CpuTime;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.cuda.CudaCompute;
import org.expunge.influence.compute.cuda.CudaTimer;

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
    private final Optional<CudaTimer> timer;
    private final Buffer probe;
    private final double[] number = new double[1];

    /** Takes times of work on a backend; a device is given work by the calling thread alone. */
    Stopwatch(Compute compute) {
        this.compute = compute;
        this.timer = compute instanceof CudaCompute cuda ? Optional.of(cuda.timer()) : Optional.empty();
        this.probe = compute.allocate(1);
    }

    /** Times some work after having warmed up. */
    Measurement measure(Work work, long seed) {
        try (Desk desk = new Desk(compute, seed)) {
            Runnable run = work.open().apply(desk);
            int repeats = repeats(run);
            int rounds = round(run, repeats).seconds < LONG_ROUND_SECONDS ? ROUNDS : FEW_ROUNDS;
            double[] seconds = new double[rounds];
            double[] deviceSeconds = new double[rounds];
            for (int i = 0; i < rounds; i++) {
                Round round = round(run, repeats);
                seconds[i] = round.seconds / repeats;
                deviceSeconds[i] = round.deviceSeconds / repeats;
            }
            OptionalDouble onDevice =
                    timer.isPresent() ? OptionalDouble.of(CpuTime.median(deviceSeconds)) : OptionalDouble.empty();
            return new Measurement(work, rounds, CpuTime.median(seconds), onDevice);
        }
    }

    /** Warms up: doubles the number of repeats until they last long enough. */
    private int repeats(Runnable run) {
        round(run, 1);
        int repeats = 1;
        while (round(run, repeats).seconds < LEAST_ROUND_SECONDS && repeats < MOST_REPEATS) {
            repeats *= 2;
        }
        return repeats;
    }

    /** What a round took by the wall clock, and by the device's clock or 0. */
    private record Round(double seconds, double deviceSeconds) {}

    private Round round(Runnable run, int repeats) {
        finish();
        timer.ifPresent(CudaTimer::start);
        long start = System.nanoTime();
        for (int i = 0; i < repeats; i++) {
            run.run();
        }
        double deviceSeconds = timer.map(CudaTimer::stop).orElse(0.0);
        finish();
        return new Round((System.nanoTime() - start) / 1e9, deviceSeconds);
    }

    /** Waits for all that this thread has queued: reading a number cannot be done before. */
    private void finish() {
        compute.read(probe, 0, number, 0, 1);
    }

    @Override
    public void close() {
        timer.ifPresent(CudaTimer::close);
        probe.close();
    }
}
