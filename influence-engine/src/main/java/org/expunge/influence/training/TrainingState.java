package org.expunge.influence.training;

import java.util.List;
import org.expunge.influence.network.Model;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a training needs to go on to the same bits. Random numbers need no entry: they follow from the seed,
 * the epoch and the iteration.
 *
 * @param iteration steps done
 * @param epoch epochs done
 * @param position rows of the current epoch that were used
 * @param lossSum sum of the losses of those rows
 * @param model parameters and running statistics
 * @param optimizer the optimiser's state: one flat vector, in the order of the parameters, for each of
 *     {@link Optimizer.Kind#states}; copied in and out
 * @param checkpoints the checkpoints taken so far
 * @param metrics the epochs so far
 * @param best the end of the epoch with the lowest validation loss; null unless early stopping is on and an epoch ended
 */
public record TrainingState(
        int iteration,
        int epoch,
        int position,
        double lossSum,
        Model model,
        List<double[]> optimizer,
        List<Checkpoint> checkpoints,
        List<EpochMetrics> metrics,
        @Nullable Checkpoint best) {

    /** Copies the lists. */
    public TrainingState {
        optimizer = copy(optimizer);
        checkpoints = List.copyOf(checkpoints);
        metrics = List.copyOf(metrics);
    }

    @Override
    public List<double[]> optimizer() {
        return copy(optimizer);
    }

    private static List<double[]> copy(List<double[]> vectors) {
        return vectors.stream().map(double[]::clone).toList();
    }
}
