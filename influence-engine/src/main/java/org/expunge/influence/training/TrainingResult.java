package org.expunge.influence.training;

import java.util.List;
import org.expunge.influence.network.Model;

/**
 * What a training led to.
 *
 * @param model the trained model; with early stopping, that of the best epoch
 * @param checkpoints the way there; the last one holds {@code model}
 * @param metrics every epoch that was run
 * @param state where the training stood when it ended
 */
public record TrainingResult(
        Model model, List<Checkpoint> checkpoints, List<EpochMetrics> metrics, TrainingState state) {
    /** Copies the lists. */
    public TrainingResult {
        checkpoints = List.copyOf(checkpoints);
        metrics = List.copyOf(metrics);
    }
}
