package org.expunge.unlearning.sharded;

import java.util.List;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.Checkpoint;
import org.expunge.influence.training.EpochMetrics;

/**
 * What the training of one shard led to.
 *
 * @param normalizer fitted on the shard's first slice, by which all rows of the shard and all questions to it go
 * @param checkpoints the model after each slice, in their order
 * @param epochs how each epoch went, counted over all slices
 */
public record ShardResult(Normalizer normalizer, List<Checkpoint> checkpoints, List<EpochMetrics> epochs) {
    /** Copies the lists. */
    public ShardResult {
        checkpoints = List.copyOf(checkpoints);
        epochs = List.copyOf(epochs);
    }

    /** Returns the model after the last slice. */
    public Model model() {
        return checkpoints.get(checkpoints.size() - 1).model();
    }

    /**
     * Returns how the training stood after its first slices.
     *
     * @param slices how many, in [1, L]
     */
    public ShardResult after(int slices) {
        List<Checkpoint> kept = checkpoints.subList(0, slices);
        int epoch = kept.get(slices - 1).epoch();
        return new ShardResult(
                normalizer,
                kept,
                epochs.stream().filter(metrics -> metrics.epoch() <= epoch).toList());
    }
}
