package org.expunge.influence.compute;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Sums of the same length for each worker of an engine, made when a worker first asks: what workers find of different
 * rows comes together without any of them waiting for another.
 */
public final class WorkerSums implements AutoCloseable {
    private final Compute compute;
    private final int length;
    private final @Nullable Sums[] ofWorkers;

    /** Starts with zeros. */
    public WorkerSums(Engine engine, int length) {
        this.compute = engine.compute();
        this.length = length;
        this.ofWorkers = new Sums[engine.workers().count()];
    }

    /** Returns the sums of a worker, who alone uses them. */
    public Sums of(int worker) {
        Sums existing = ofWorkers[worker];
        if (existing == null) {
            existing = compute.sums(length);
            ofWorkers[worker] = existing;
        }
        return existing;
    }

    /** Sets all of them to 0. */
    public void clear() {
        for (Sums sums : ofWorkers) {
            if (sums != null) {
                sums.clear();
            }
        }
    }

    /**
     * Writes the totals over workers, added in their order, to the start of an array; no worker may be at work. Waits
     * for the device once.
     *
     * @param to at least {@code count} numbers
     * @param count how many are wanted, at most all
     */
    public void read(double[] to, int count) {
        Sums total = null;
        for (Sums sums : ofWorkers) {
            if (total == null) {
                total = sums;
            } else if (sums != null) {
                total.add(sums);
                sums.clear();
            }
        }
        if (total == null) {
            Arrays.fill(to, 0, count, 0);
        } else {
            total.read(0, to, 0, count);
        }
    }

    /** Returns the totals over workers, as {@link #read} does. */
    public double[] toArray() {
        double[] totals = new double[length];
        read(totals, length);
        return totals;
    }

    @Override
    public void close() {
        for (Sums sums : ofWorkers) {
            if (sums != null) {
                sums.close();
            }
        }
    }
}
