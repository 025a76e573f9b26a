package org.expunge.unlearning.method;

import org.expunge.influence.data.Dataset;
import org.expunge.influence.training.TrainingResult;

/** Training from scratch by the recipe that made the model. */
@FunctionalInterface
public interface Retraining {
    /**
     * Trains.
     *
     * @param train the rows to learn from
     * @param validation the rows to watch
     * @param seed decides initial parameters, the order of the rows and dropout
     * @return the trained model and its way there; the same bits for the same arguments
     */
    TrainingResult retrain(Dataset train, Dataset validation, long seed);
}
