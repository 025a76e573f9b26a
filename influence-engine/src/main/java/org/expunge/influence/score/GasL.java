package org.expunge.influence.score;

import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.training.Checkpoint;

/**
 * {@link Gas} with a cosine for each layer, summed: {@code Σ_t w_t Σ_l cos(g_q^l, g_i^l)}, so that wide layers do not
 * dominate. A layer is a node with parameters, its weight and bias together.
 *
 * <p><b>Units.</b> Those of the weights; {@code |score| ≤ L Σ w_t} for L layers.
 *
 * <p><b>Accuracy.</b> As {@link Gas}; a layer in which a gradient vanishes is skipped for that pair and counted.
 *
 * <p><b>Source.</b> Z. Hammoudeh, D. Lowd, CCS 2022, section 5.2 (layer-wise variant).
 */
public final class GasL extends TrajectoryEstimator {
    /**
     * Scores along a training.
     *
     * @param engine where to compute
     * @param checkpoints at least one
     * @param options how to weigh them and cut the work
     */
    public GasL(Engine engine, List<Checkpoint> checkpoints, Options options) {
        super("gas-l", engine, checkpoints, options, Measure.LAYER_COSINE, false);
    }
}
