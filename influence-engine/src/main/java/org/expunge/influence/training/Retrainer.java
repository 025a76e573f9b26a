package org.expunge.influence.training;

import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;

/**
 * Trains a recipe's network from scratch on other rows, in memory: the exact answer to "what if these rows had never
 * been there".
 *
 * <p><b>Accuracy.</b> The same rows, seed and engine give the same bits.
 *
 * <p><b>Cost.</b> That of {@link Trainer}.
 */
public final class Retrainer {
    private final Engine engine;
    private final Recipe recipe;

    /**
     * Makes a retrainer.
     *
     * @param engine where it runs; stays the caller's to close
     * @param recipe the network and how to train it; its data part is not used
     */
    public Retrainer(Engine engine, Recipe recipe) {
        this.engine = engine;
        this.recipe = recipe;
    }

    /**
     * Trains from new initial parameters.
     *
     * @param train normalised rows to learn from, at least 1
     * @param validation normalised rows to watch; may be empty unless early stopping is on
     * @param seed the root seed: the recipe's own for the same start and order, another for a fresh draw
     * @return the trained model and its way there
     * @throws IllegalArgumentException if the rows do not fit the network or hold a value that is not finite
     * @throws DivergenceException if the loss or a parameter is no longer finite
     */
    public TrainingResult retrain(Dataset train, Dataset validation, long seed) {
        return retrain(train, validation, seed, TrainingListener.NONE);
    }

    /** As {@link #retrain(Dataset, Dataset, long)}, with a listener that is told of steps, checkpoints and epochs. */
    public TrainingResult retrain(Dataset train, Dataset validation, long seed, TrainingListener listener) {
        Recipe seeded = recipe.withSeed(seed);
        return new Trainer(engine, seeded.training()).train(seeded.initialModel(train), train, validation, listener);
    }
}
