package org.expunge.influence.training;

import java.util.SplittableRandom;

/** The order in which the rows are visited: a fresh shuffle each epoch, drawn from the seed and the epoch alone. */
final class BatchOrder {
    private final long seed;
    private final int[] rows;

    /**
     * Prepares an order.
     *
     * @param seed the seed of the training
     * @param rows how many rows there are
     */
    BatchOrder(long seed, int rows) {
        this.seed = new Seeds(seed).of(Seeds.BATCH_ORDER);
        this.rows = new int[rows];
    }

    /**
     * Shuffles for one epoch (Fisher and Yates, spelled out so that the draw is the same on every Java version).
     *
     * @param epoch the epoch, counted from 0
     * @return every row once; the same array at each call
     */
    int[] shuffle(int epoch) {
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
}
