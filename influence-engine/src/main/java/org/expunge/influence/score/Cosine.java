package org.expunge.influence.score;

import org.expunge.influence.compute.Engine;
import org.expunge.influence.network.Model;

/**
 * {@code ⟨g_q, g_i⟩ / (‖g_q‖ ‖g_i‖)} at one model; 0 where a gradient has no direction, which is counted.
 *
 * <p><b>Units.</b> None; in [−1, 1].
 *
 * <p><b>Source.</b> Z. Hammoudeh, D. Lowd, "Identifying a Training-Set Attack's Target Using Renormalized Influence
 * Estimation", CCS 2022, at a single checkpoint.
 */
public final class Cosine extends TrajectoryEstimator {
    /**
     * Scores at one model.
     *
     * @param engine where to compute
     * @param model the model
     * @param options how to cut the work
     */
    public Cosine(Engine engine, Model model, Options options) {
        super("cosine", engine, single(model), options, Measure.COSINE, false);
    }
}
