package org.expunge.influence.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** The order in which the rows are visited: a fresh shuffle each epoch, drawn from the seed and the epoch alone. */
public final class BatchOrder {
    private final long seed;
    private final int[] rows;

    /**
     * Prepares an order.
     *
     * @param seed the seed of the training
     * @param rows how many rows there are
     */
    public BatchOrder(long seed, int rows) {
        this.seed = new Seeds(seed).of(Seeds.BATCH_ORDER);
        this.rows = new int[rows];
    }

    /**
     * Shuffles for one epoch (Fisher and Yates, spelled out so that the draw is the same on every Java version).
     *
     * @param epoch the epoch, counted from 0
     * @return every row once; the same array at each call
     */
    public int[] shuffle(int epoch) {
        SplittableRandom random = new SplittableRandom(Seeds.derive(seed, epoch));
        for (int i = 0; i < rows.length; i++) {
            rows[i] = i;
        }
        for (int i = rows.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int row = rows[i];
            rows[i] = rows[j];
            rows[j] = row;
        }
        return rows;
    }

    /**
     * Shuffles for one epoch and cuts the order into minibatches.
     *
     * @param epoch the epoch, counted from 0
     * @param batchSize rows of a minibatch, at least 1; the last one may be smaller
     * @return copies that together hold every row once
     */
    public List<int[]> minibatches(int epoch, int batchSize) {
        int[] order = shuffle(epoch);
        List<int[]> minibatches = new ArrayList<>();
        for (int from = 0; from < order.length; from += batchSize) {
            minibatches.add(Arrays.copyOfRange(order, from, Math.min(order.length, from + batchSize)));
        }
        return minibatches;
    }
}
