package org.expunge.influence.score;

import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.training.Checkpoint;

/**
 * Gradient aggregated similarity: {@code Σ_t w_t cos(g_q(θ_t), g_i(θ_t))} over checkpoints, with {@code w_t = η_t / b}
 * unless asked otherwise. Unlike {@link TracInCp} it does not let rows of large loss drown the others.
 *
 * <p><b>Units.</b> Those of the weights; {@code |score| ≤ Σ w_t}, reached by a row against itself.
 *
 * <p><b>Accuracy.</b> δ at the logits is scaled to norm 1 in double before it is sent back, so saturated rows keep
 * their direction. A gradient whose norm is then still below {@code 1e-12} counts 0 and is counted in the provenance.
 *
 * <p><b>Source.</b> Z. Hammoudeh, D. Lowd, "Identifying a Training-Set Attack's Target Using Renormalized Influence
 * Estimation", CCS 2022, section 5. Deviation: theirs floors squared norms at 1e-8 where we skip the pair.
 */
public final class Gas extends TrajectoryEstimator {
    /**
     * Scores along a training.
     *
     * @param engine where to compute
     * @param checkpoints at least one
     * @param options how to weigh them and cut the work
     */
    public Gas(Engine engine, List<Checkpoint> checkpoints, Options options) {
        super("gas", engine, checkpoints, options, Measure.COSINE, false);
    }
}
