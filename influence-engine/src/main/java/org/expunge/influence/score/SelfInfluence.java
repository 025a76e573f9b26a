package org.expunge.influence.score;

import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.training.Checkpoint;

/**
 * {@code Σ_t w_t ‖g_i(θ_t)‖²}: how much a row lowers its own loss. Large for mislabelled and unusual rows.
 *
 * <p><b>Shapes.</b> n rows give n numbers, 0 or more.
 *
 * <p><b>Units.</b> Loss, as {@link TracInCp} of a row on itself.
 *
 * <p><b>Accuracy.</b> Norms are double and do not underflow for well-fitted rows.
 *
 * <p><b>Cost.</b> One forward and backward pass for each checkpoint.
 *
 * <p><b>Source.</b> G. Pruthi and others, "Estimating Training Data Influence by Tracing Gradient Descent", NeurIPS
 * 2020, section 4.1.
 */
public final class SelfInfluence {
    private final Engine engine;
    private final List<Checkpoint> checkpoints;
    private final double[] weights;

    /**
     * Scores along a training.
     *
     * @param engine where to compute
     * @param checkpoints at least one
     * @param weighting what each of them counts
     */
    public SelfInfluence(Engine engine, List<Checkpoint> checkpoints, Weighting weighting) {
        this.engine = engine;
        this.checkpoints = List.copyOf(checkpoints);
        this.weights = weighting.weights(checkpoints);
    }

    /** Returns the score of each row with the label it carries. */
    public double[] scores(Dataset data) {
        PerExample perExample = new PerExample(engine);
        double[] scores = new double[data.size()];
        for (int t = 0; t < weights.length; t++) {
            double[] norms = perExample.norms(checkpoints.get(t).model(), data).total();
            for (int i = 0; i < scores.length; i++) {
                scores[i] += weights[t] * norms[i] * norms[i];
            }
        }
        return scores;
    }
}
