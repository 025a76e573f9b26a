package org.expunge.influence.score.dropout;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.MemoryPlan;
import org.expunge.influence.score.Provenance;
import org.expunge.influence.score.ScoreSink;
import org.expunge.influence.score.TracInCp;
import org.expunge.influence.score.TrajectoryEstimator;
import org.expunge.influence.score.Weighting;
import org.expunge.influence.training.Checkpoint;

/**
 * {@code (1/K) Σ_k ⟨g_q(θ; m_k), g_i(θ; m_k)⟩}: the inner product averaged over sub-networks of the trained one. A
 * sub-network's mask is the same for the query and all rows.
 *
 * <p><b>Shapes.</b> m queries × n training rows.
 *
 * <p><b>Units.</b> As {@link org.expunge.influence.score.InnerProduct}.
 *
 * <p><b>Accuracy.</b> The mean of K members varies by their spread over √K. With nothing dropped it is the inner
 * product.
 *
 * <p><b>Cost.</b> K times that of the inner product.
 *
 * <p><b>Source.</b> Z. Yang, H. Yue, J. Chen, H. Liu, "Revisit, Extend, and Enhance Hessian-Free Influence Functions",
 * arXiv:2405.17490, 2024. Number of members and rate are this project's choice.
 */
public final class EnsembleInnerProduct implements Estimator {
    private final TracInCp members;

    /**
     * Scores at one model.
     *
     * @param engine where to compute
     * @param model the trained model
     * @param ensemble which units to drop
     * @param options how to cut the work; the weighting has no effect
     */
    public EnsembleInnerProduct(
            Engine engine, Model model, DropoutEnsemble ensemble, TrajectoryEstimator.Options options) {
        List<Checkpoint> models = new ArrayList<>();
        for (Model member : ensemble.of(model)) {
            models.add(new Checkpoint(models.size(), 0, 1, 1, member));
        }
        this.members = new TracInCp(engine, models, options.withWeighting(Weighting.UNIFORM));
    }

    @Override
    public String method() {
        return "ensemble-inner-product";
    }

    @Override
    public SortedMap<String, String> inputs() {
        return members.inputs();
    }

    @Override
    public MemoryPlan plan(int rows, int queries) {
        return members.plan(rows, queries);
    }

    @Override
    public Provenance stream(Dataset train, Dataset queries, ScoreSink sink) throws IOException {
        return members.stream(train, queries, sink).withMethod(method());
    }
}
