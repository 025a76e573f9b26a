package org.expunge.influence.score;

import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.training.Checkpoint;

/**
 * {@code Σ_t w_t ⟨g_q(θ_t), g_i(θ_t)⟩} over checkpoints, with {@code w_t = η_t / b} unless asked otherwise.
 *
 * <p><b>Units.</b> Loss; for plain SGD the first-order fall of the query's loss through steps on row i. For adaptive
 * optimisers it is a ranking only.
 *
 * <p><b>Source.</b> G. Pruthi, F. Liu, S. Kale, M. Sundararajan, "Estimating Training Data Influence by Tracing
 * Gradient Descent", NeurIPS 2020, section 3.2; divided by b as Hammoudeh and Lowd do.
 */
public final class TracInCp extends TrajectoryEstimator {
    /**
     * Scores along a training.
     *
     * @param engine where to compute
     * @param checkpoints at least one
     * @param options how to weigh them and cut the work
     */
    public TracInCp(Engine engine, List<Checkpoint> checkpoints, Options options) {
        super("tracin-cp", engine, checkpoints, options, Measure.INNER_PRODUCT, false);
    }
}
