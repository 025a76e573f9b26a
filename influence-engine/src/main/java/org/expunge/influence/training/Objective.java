package org.expunge.influence.training;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.OutputLoss;

/**
 * What a training visits and lowers, epoch by epoch. Every method answers the same whenever it is asked, so that a
 * training can be stopped, resumed and repeated.
 */
public interface Objective {
    /**
     * The minibatches of one epoch.
     *
     * @param minibatches rows of each, at least 1 minibatch of at least 1 row, indices into {@link #data}
     * @param loss what is lowered over them
     */
    record Epoch(List<int[]> minibatches, OutputLoss loss) {
        /** Copies the list. */
        public Epoch {
            minibatches = List.copyOf(minibatches);
            checkArgument(
                    !minibatches.isEmpty() && minibatches.stream().allMatch(rows -> rows.length > 0),
                    "an epoch needs minibatches, and each of them rows");
        }

        /** Returns how many rows are visited, repetitions counted. */
        int rows() {
            return minibatches.stream().mapToInt(rows -> rows.length).sum();
        }
    }

    /**
     * Every row once an epoch, in a fresh order, for its own loss.
     *
     * @param data the rows, at least 1
     * @param batchSize rows of a minibatch; the last one of an epoch may be smaller
     * @param seed decides the order
     */
    static Objective ownLoss(Dataset data, int batchSize, long seed) {
        return new OwnLoss(data, batchSize, new BatchOrder(seed, data.size()));
    }

    /** Returns the rows; every value finite. */
    Dataset data();

    /**
     * Returns the steps of an epoch.
     *
     * @param epoch counted from 0
     */
    int steps(int epoch);

    /** Returns the most rows of a minibatch. */
    int largestMinibatch();

    /**
     * Returns what one epoch does.
     *
     * @param epoch counted from 0
     */
    Epoch epoch(int epoch);
}
