package org.expunge.influence.training;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How to train.
 *
 * @param optimizer the update rule
 * @param schedule the learning rate
 * @param epochs passes over the training rows, at least 1
 * @param batchSize rows of a minibatch, at least 1; the last one of an epoch may be smaller and is used as it is
 * @param l2 what is added to the mean gradient of weights (not of biases and scales) as {@code l2 · w}, 0 or more
 * @param checkpoints when parameters are kept
 * @param earlyStopping when to end before the last epoch
 * @param seed decides the order of the rows and dropout
 */
public record TrainingOptions(
        Optimizer optimizer,
        Schedule schedule,
        int epochs,
        int batchSize,
        double l2,
        CheckpointPolicy checkpoints,
        EarlyStopping earlyStopping,
        long seed) {

    /** Nesterov's momentum at a constant rate of 0.05, 20 epochs of minibatches of 64. */
    public static final TrainingOptions DEFAULT = new TrainingOptions(
            Optimizer.DEFAULT, Schedule.constant(0.05), 20, 64, 0, CheckpointPolicy.DEFAULT, EarlyStopping.NONE, 0);

    /**
     * Returns the default with an update rule and a learning rate that it and the network bear: Adam's steps do not
     * grow with the gradient; at 0.05 LeNet stays at chance on MNIST, and vectors of words, of which each row moves few
     * and by little, hardly move.
     */
    public static TrainingOptions customary(ModelRecipe.Preset preset, Optimizer.Kind kind) {
        boolean isAdam = kind == Optimizer.Kind.ADAM || kind == Optimizer.Kind.ADAMW;
        double others = switch (preset) {
            case LENET -> 0.01;
            case TEXT_MEAN -> 0.3;
            default -> DEFAULT.schedule().learningRate();
        };
        return DEFAULT.withOptimizer(Optimizer.of(kind)).withSchedule(Schedule.constant(isAdam ? 0.001 : others));
    }

    /** Checks every range. */
    public TrainingOptions {
        checkArgument(epochs >= 1, "epochs must be at least 1, got %s", epochs);
        checkArgument(batchSize >= 1, "batchSize must be at least 1, got %s", batchSize);
        checkArgument(l2 >= 0 && Double.isFinite(l2), "l2 must be 0 or more, got %s", l2);
    }

    /** Returns the number of steps in one epoch over {@code rows} rows. */
    public int iterationsPerEpoch(int rows) {
        return (rows + batchSize - 1) / batchSize;
    }

    /** Returns the number of steps planned over {@code rows} rows. */
    public int totalIterations(int rows) {
        return Math.multiplyExact(iterationsPerEpoch(rows), epochs);
    }

    /** Returns what decides the steps, by name, for the description of a {@link Trajectory}. */
    SortedMap<String, String> inputs() {
        SortedMap<String, String> inputs = new TreeMap<>();
        inputs.put("optimizer", optimizer.toString());
        inputs.put("schedule", schedule.toString());
        inputs.put("l2", Double.toString(l2));
        inputs.put("epochs", Integer.toString(epochs));
        inputs.put("batch size", Integer.toString(batchSize));
        inputs.put("training seed", Long.toString(seed));
        return inputs;
    }

    /** Returns the same options with another update rule. */
    public TrainingOptions withOptimizer(Optimizer value) {
        return new TrainingOptions(value, schedule, epochs, batchSize, l2, checkpoints, earlyStopping, seed);
    }

    /** Returns the same options with another learning rate. */
    public TrainingOptions withSchedule(Schedule value) {
        return new TrainingOptions(optimizer, value, epochs, batchSize, l2, checkpoints, earlyStopping, seed);
    }

    /** Returns the same options with another number of epochs. */
    public TrainingOptions withEpochs(int value) {
        return new TrainingOptions(optimizer, schedule, value, batchSize, l2, checkpoints, earlyStopping, seed);
    }

    /** Returns the same options with another batch size. */
    public TrainingOptions withBatchSize(int value) {
        return new TrainingOptions(optimizer, schedule, epochs, value, l2, checkpoints, earlyStopping, seed);
    }

    /** Returns the same options with another L2 coefficient. */
    public TrainingOptions withL2(double value) {
        return new TrainingOptions(optimizer, schedule, epochs, batchSize, value, checkpoints, earlyStopping, seed);
    }

    /** Returns the same options with other checkpoints. */
    public TrainingOptions withCheckpoints(CheckpointPolicy value) {
        return new TrainingOptions(optimizer, schedule, epochs, batchSize, l2, value, earlyStopping, seed);
    }

    /** Returns the same options with another rule for stopping. */
    public TrainingOptions withEarlyStopping(EarlyStopping value) {
        return new TrainingOptions(optimizer, schedule, epochs, batchSize, l2, checkpoints, value, seed);
    }

    /** Returns the same options with another seed. */
    public TrainingOptions withSeed(long value) {
        return new TrainingOptions(optimizer, schedule, epochs, batchSize, l2, checkpoints, earlyStopping, value);
    }
}
