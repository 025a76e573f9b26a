package org.expunge.influence.training;

import static com.google.common.base.Preconditions.checkArgument;

import org.expunge.influence.network.Model;

/**
 * A model as it stood at one moment of its training, with the step size of that moment.
 *
 * @param iteration how many steps had been taken, 0 or more
 * @param epoch how many epochs had been finished, 0 or more
 * @param learningRate η of the step that led here, 0 or more; for Adam the plain rate, without its preconditioning
 * @param batchSize b: examples a step averages over, at least 1
 * @param model the model
 */
public record Checkpoint(int iteration, int epoch, double learningRate, int batchSize, Model model) {
    /** Checks the ranges. */
    public Checkpoint {
        checkArgument(iteration >= 0 && epoch >= 0, "iteration %s and epoch %s must be 0 or more", iteration, epoch);
        checkArgument(
                learningRate >= 0 && Double.isFinite(learningRate),
                "learning rate must be finite and 0 or more, got %s",
                learningRate);
        checkArgument(batchSize >= 1, "batch size must be at least 1, got %s", batchSize);
    }
}
