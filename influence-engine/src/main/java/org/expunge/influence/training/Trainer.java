package org.expunge.influence.training;

import static com.google.common.base.Preconditions.checkArgument;

import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;

/**
 * Trains a model by minibatches.
 *
 * <p><b>Units.</b> A step uses the mean gradient of its minibatch plus {@code l2 · w} on weights, as DL4J does. The
 * last minibatch of an epoch may be smaller and is averaged over its own size.
 *
 * <p><b>Accuracy.</b> The same model, rows, options, backend and number of workers give the same bits, whether or not
 * the training was stopped and resumed. Another number of workers changes the order of sums: one step then agrees to a
 * few units in the last place, and a training to what the problem makes of that.
 *
 * <p><b>Cost.</b> One forward and one backward pass a row and epoch, a forward pass over the validation rows an epoch,
 * one vector of parameters for each state of the optimiser and, on the heap, one for each checkpoint.
 *
 * <p><b>Source.</b> The updates are DL4J's; see {@link org.expunge.influence.compute.UpdateKernels}.
 */
public final class Trainer {
    private final Engine engine;
    private final TrainingOptions options;

    /**
     * Makes a trainer.
     *
     * @param engine where it runs; stays the caller's to close
     * @param options how to train
     */
    public Trainer(Engine engine, TrainingOptions options) {
        this.engine = engine;
        this.options = options;
    }

    /**
     * Trains from a model.
     *
     * @param initial where to start; left as it was
     * @param train the rows to learn from, at least 1, every value finite
     * @param validation the rows to watch; may be empty unless early stopping is on
     * @param listener told of steps, checkpoints and epochs
     * @return the trained model and its way there
     * @throws IllegalArgumentException if the rows do not fit the network or hold a value that is not finite
     * @throws DivergenceException if the loss or a parameter is no longer finite
     */
    public TrainingResult train(Model initial, Dataset train, Dataset validation, TrainingListener listener) {
        return train(initial, ownLoss(train), validation, listener);
    }

    /**
     * Trains from a model on another objective than the rows' own loss; the options' batch size is not used.
     *
     * @param initial where to start; left as it was
     * @param objective what to visit and to lower
     * @param validation the rows to watch; may be empty unless early stopping is on
     * @param listener told of steps, checkpoints and epochs
     * @return the trained model and its way there
     * @throws IllegalArgumentException if the rows do not fit the network or hold a value that is not finite
     * @throws DivergenceException if the objective or a parameter is no longer finite
     */
    public TrainingResult train(Model initial, Objective objective, Dataset validation, TrainingListener listener) {
        check(objective.data(), validation);
        try (TrainingLoop loop = new TrainingLoop(engine, options, initial, objective, validation)) {
            return loop.run(listener);
        }
    }

    /**
     * Goes on from where a training stood.
     *
     * @param state what a listener was given, or the state of a result
     * @param train the same rows as before
     * @param validation the same rows as before
     * @param listener told of steps, checkpoints and epochs from there on
     * @return what {@link #train} would have returned without the interruption, to the same bits
     * @throws IllegalArgumentException as for {@link #train}, or if the state is of another optimiser
     * @throws DivergenceException as for {@link #train}
     */
    public TrainingResult resume(TrainingState state, Dataset train, Dataset validation, TrainingListener listener) {
        check(train, validation);
        try (TrainingLoop loop = new TrainingLoop(engine, options, state.model(), ownLoss(train), validation)) {
            loop.restore(state);
            return loop.run(listener);
        }
    }

    private Objective ownLoss(Dataset train) {
        return Objective.ownLoss(train, options.batchSize(), options.seed());
    }

    /** Refuses rows that cannot be trained on. */
    void check(Dataset train, Dataset validation) {
        checkArgument(train.size() > 0, "%s has no rows to train on", train.name());
        checkArgument(
                validation.size() > 0 || !options.earlyStopping().isOn(),
                "early stopping needs validation rows, but there are none");
        checkFinite(train);
        checkFinite(validation);
    }

    /** Reads every value once. */
    private static void checkFinite(Dataset data) {
        int width = data.features().width();
        double[] row = new double[Math.max(width, data.targets().width())];
        for (int i = 0; i < data.size(); i++) {
            data.features().read(i, row, 0);
            checkFinite(data, i, "feature", row, width);
            data.targets().read(i, row, 0);
            checkFinite(data, i, "target", row, data.targets().width());
        }
    }

    private static void checkFinite(Dataset data, int i, String what, double[] row, int width) {
        for (int j = 0; j < width; j++) {
            checkArgument(
                    Double.isFinite(row[j]),
                    "row %s of %s has %s in %s %s; clean or remove it",
                    data.id(i),
                    data.name(),
                    row[j],
                    what,
                    j);
        }
    }
}
