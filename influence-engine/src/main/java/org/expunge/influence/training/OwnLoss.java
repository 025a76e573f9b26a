package org.expunge.influence.training;

import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.OutputLoss;

/** The objective of an ordinary training. */
record OwnLoss(Dataset data, int batchSize, BatchOrder order) implements Objective {
    @Override
    public int steps(int epoch) {
        return (data.size() + batchSize - 1) / batchSize;
    }

    @Override
    public int largestMinibatch() {
        return Math.min(batchSize, data.size());
    }

    @Override
    public Epoch epoch(int epoch) {
        return new Epoch(order.minibatches(epoch, batchSize), OutputLoss.OWN);
    }
}
