package org.expunge.influence.training;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * When parameters are kept for the estimators that follow the trajectory. The last iteration is always kept.
 *
 * @param unit what {@code interval} counts
 * @param interval distance between two checkpoints, above 0; whole for {@link Unit#ITERATIONS}, and an epoch may be cut
 * @param atMost the most checkpoints to keep, at least 1; when there would be more, they are thinned evenly
 */
public record CheckpointPolicy(Unit unit, double interval, int atMost) {

    /** What an interval counts. */
    public enum Unit {
        /** Optimiser steps. */
        ITERATIONS,
        /** Passes over the training rows. */
        EPOCHS
    }

    private static final int AT_MOST = 15;

    /** 15 checkpoints, spread evenly over the run. */
    public static final CheckpointPolicy DEFAULT = spread(AT_MOST);

    /** Checks every range. */
    public CheckpointPolicy {
        checkArgument(interval > 0 && Double.isFinite(interval), "interval must be above 0, got %s", interval);
        checkArgument(
                unit != Unit.ITERATIONS || interval == Math.rint(interval),
                "an interval in iterations must be whole, got %s",
                interval);
        checkArgument(atMost >= 1, "atMost must be at least 1, got %s", atMost);
    }

    /** Returns {@code count} checkpoints, or one an iteration if there are fewer, spread evenly over the run. */
    public static CheckpointPolicy spread(int count) {
        return new CheckpointPolicy(Unit.ITERATIONS, 1, count);
    }

    /** Returns a checkpoint after every {@code iterations} steps, without a cap. */
    public static CheckpointPolicy everyIterations(int iterations) {
        return new CheckpointPolicy(Unit.ITERATIONS, iterations, Integer.MAX_VALUE);
    }

    /** Returns a checkpoint after every {@code epochs} epochs, which may be a fraction, without a cap. */
    public static CheckpointPolicy everyEpochs(double epochs) {
        return new CheckpointPolicy(Unit.EPOCHS, epochs, Integer.MAX_VALUE);
    }

    /** Returns the final parameters alone. */
    public static CheckpointPolicy lastOnly() {
        return spread(1);
    }

    /**
     * Returns the iterations after which parameters are kept.
     *
     * @param iterationsPerEpoch steps of one epoch, at least 1
     * @param totalIterations steps of the whole training as planned, at least 1
     * @return ascending, each in [1, totalIterations]; the last is {@code totalIterations}
     */
    public int[] iterations(int iterationsPerEpoch, int totalIterations) {
        double distance = Math.max(1, unit == Unit.EPOCHS ? interval * iterationsPerEpoch : interval);
        int candidates = (int) Math.min(totalIterations, Math.ceil(totalIterations / distance));
        int[] wanted = IntStream.rangeClosed(1, candidates)
                .map(k -> (int) Math.min(totalIterations, Math.round(k * distance)))
                .distinct()
                .toArray();
        if (wanted[wanted.length - 1] != totalIterations) {
            wanted = Arrays.copyOf(wanted, wanted.length + 1);
            wanted[wanted.length - 1] = totalIterations;
        }
        return wanted.length > atMost ? thin(wanted) : wanted;
    }

    private int[] thin(int[] wanted) {
        int[] kept = new int[atMost];
        Arrays.setAll(kept, j -> wanted[(int) ((j + 1L) * wanted.length / atMost) - 1]);
        return kept;
    }
}
