package org.expunge.defense.sanitize;

import org.expunge.influence.data.Dataset;
import org.expunge.influence.training.TrainingResult;

/** Trains the model from scratch on given rows, by the recipe and seed of the model under audit. */
@FunctionalInterface
public interface Training {
    /**
     * Trains.
     *
     * @param train the rows to train on
     * @return the trained model with its checkpoints
     */
    TrainingResult train(Dataset train);
}
