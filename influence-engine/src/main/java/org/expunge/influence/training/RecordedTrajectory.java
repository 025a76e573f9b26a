package org.expunge.influence.training;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;

/**
 * A training whose every step was kept as a checkpoint: it is read, not run again.
 *
 * <p><b>Accuracy.</b> The parameters are those of the training to the bit.
 *
 * <p><b>Cost.</b> A walk reads each checkpoint once and holds two at a time.
 */
public final class RecordedTrajectory implements Trajectory {
    private final TrainingOptions options;
    private final Model initial;
    private final Dataset train;
    private final List<Checkpoint> checkpoints;

    /**
     * Joins a training's options with what it kept.
     *
     * @param options how it ran; without early stopping
     * @param initial where it started
     * @param train the rows, at least 1
     * @param checkpoints one after each step, in order; read when a walk comes to them
     * @throws IllegalArgumentException if a step is missing
     */
    public RecordedTrajectory(TrainingOptions options, Model initial, Dataset train, List<Checkpoint> checkpoints) {
        checkArgument(
                !options.earlyStopping().isOn(),
                "a training with early stopping cannot be followed step by step; train without it");
        int steps = options.totalIterations(train.size());
        checkArgument(
                checkpoints.size() == steps,
                "%s of %s steps were kept, but every one is needed; train with checkpoints every 1 iteration, or"
                        + " retrain",
                checkpoints.size(),
                steps);
        this.options = options;
        this.initial = initial;
        this.train = train;
        this.checkpoints = checkpoints;
    }

    /**
     * Opens the trajectory of a run that kept a checkpoint after each step.
     *
     * @param run a run that was trained here and not changed since, else its checkpoints are not its steps
     * @throws IllegalArgumentException if it did not keep them all
     */
    public static RecordedTrajectory of(TrainingRun run) {
        Dataset train = run.train();
        return new RecordedTrajectory(
                run.recipe().training(), run.recipe().initialModel(train), train, run.checkpoints());
    }

    @Override
    public Dataset train() {
        return train;
    }

    @Override
    public Model initial() {
        return initial;
    }

    @Override
    public Optimizer optimizer() {
        return options.optimizer();
    }

    @Override
    public double l2() {
        return options.l2();
    }

    @Override
    public int steps() {
        return checkpoints.size();
    }

    @Override
    public SortedMap<String, String> inputs() {
        return options.inputs();
    }

    @Override
    public Model walk(Visitor visitor) {
        BatchOrder order = new BatchOrder(options.seed(), train.size());
        int perEpoch = options.iterationsPerEpoch(train.size());
        Model before = initial;
        int[] shuffled = {};
        for (int t = 0; t < checkpoints.size(); t++) {
            Checkpoint after = checkpoints.get(t);
            checkArgument(
                    after.iteration() == t + 1,
                    "the checkpoint after step %s is of iteration %s",
                    t + 1,
                    after.iteration());
            int from = t % perEpoch * options.batchSize();
            int to = Math.min(train.size(), from + options.batchSize());
            if (from == 0) {
                shuffled = order.shuffle(t / perEpoch);
            }
            visitor.onStep(new Step(t, after.learningRate(), Arrays.copyOfRange(shuffled, from, to), before));
            before = after.model();
        }
        return before;
    }
}
