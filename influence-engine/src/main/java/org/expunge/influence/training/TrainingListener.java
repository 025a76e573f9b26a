package org.expunge.influence.training;

import java.util.function.Supplier;

/**
 * Watches a training from the thread that runs it. An exception thrown here ends the training and reaches its caller.
 */
public interface TrainingListener {
    /** Watches nothing. */
    TrainingListener NONE = new TrainingListener() {};

    /**
     * A step is done, with its checkpoint and the end of its epoch if there were any.
     *
     * @param progress where the training is
     * @param state copies out everything that is needed to go on from here; costs as much as copying the parameters,
     *     the optimiser's state and nothing if it is not called
     */
    default void onStep(Progress progress, Supplier<TrainingState> state) {}

    /**
     * A checkpoint was taken.
     *
     * @param checkpoint the checkpoint
     */
    default void onCheckpoint(Checkpoint checkpoint) {}

    /**
     * An epoch ended.
     *
     * @param metrics how it went
     */
    default void onEpoch(EpochMetrics metrics) {}
}
