package org.expunge.influence.score;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import org.expunge.influence.training.Checkpoint;

/** What each checkpoint counts in a sum over a training. */
public enum Weighting {
    /** {@code w_t = η_t / b}: the step that a single row's gradient had. */
    LEARNING_RATE,
    /** {@code w_t = 1 / T}: for training with adaptive steps, whose η_t is not their step. */
    UNIFORM;

    /**
     * Returns the weights, one a checkpoint.
     *
     * @throws IllegalArgumentException if there is no checkpoint, or all weights are 0
     */
    public double[] weights(List<Checkpoint> checkpoints) {
        checkArgument(!checkpoints.isEmpty(), "no checkpoints were given; train with checkpoints kept");
        double[] weights = checkpoints.stream()
                .mapToDouble(c -> this == UNIFORM ? 1.0 / checkpoints.size() : c.learningRate() / c.batchSize())
                .toArray();
        boolean anyCounts = java.util.Arrays.stream(weights).anyMatch(w -> w > 0);
        checkArgument(anyCounts, "the learning rate is 0 at every checkpoint; weigh them uniformly");
        return weights;
    }
}
