package org.expunge.influence.score.sketch;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.Output;
import org.expunge.influence.gradient.Projection;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.InputDigests;
import org.expunge.influence.score.MemoryPlan;
import org.expunge.influence.score.Provenance;
import org.expunge.influence.score.ScoreSink;
import org.expunge.influence.score.Weighting;
import org.expunge.influence.score.WorkLimits;
import org.expunge.influence.training.Checkpoint;

/**
 * {@code Σ_t w_t ⟨P_t g_q(θ_t), P_t g_i(θ_t)⟩}: TracIn over checkpoints with shortened gradients, so that a row is kept
 * as k numbers a checkpoint, whatever the network. Each checkpoint has a P of its own, so that their errors cancel.
 *
 * <p><b>Shapes.</b> m queries × n training rows.
 *
 * <p><b>Units.</b> As {@link org.expunge.influence.score.TracInCp}, which it equals on average over seeds.
 *
 * <p><b>Accuracy.</b> The error of a checkpoint's term has the variance stated by {@link Projection}: some {@code ‖g_q‖
 * ‖g_i‖ / √k}. Scores much smaller than that are noise.
 *
 * <p><b>Cost.</b> For each checkpoint k p multiplications for each query, and for each row and block of queries; then k
 * a pair.
 *
 * <p><b>Source.</b> G. Pruthi, F. Liu, S. Kale, M. Sundararajan, "Estimating Training Data Influence by Tracing
 * Gradient Descent", NeurIPS 2020, appendix on sketches; divided by the batch size as in {@link Weighting}.
 */
public final class TracInRp implements Estimator {
    /**
     * How to shorten, weigh and cut the work.
     *
     * @param projection the P of the first checkpoint; the others' follow from its seed
     * @param weighting what each checkpoint counts
     * @param limits how to cut the work
     */
    public record Options(Projection projection, Weighting weighting, WorkLimits limits) {
        /** 512 dimensions of signs, learning-rate weights. */
        public static final Options DEFAULT =
                new Options(Projection.signs(512, 0), Weighting.LEARNING_RATE, WorkLimits.DEFAULT);
    }

    private final Engine engine;
    private final List<Checkpoint> checkpoints;
    private final double[] weights;
    private final Options options;

    /**
     * Scores along a training.
     *
     * @param engine where to compute
     * @param checkpoints at least one, all of one network
     * @param options how to shorten, weigh and cut the work
     */
    public TracInRp(Engine engine, List<Checkpoint> checkpoints, Options options) {
        this.engine = engine;
        this.checkpoints = List.copyOf(checkpoints);
        this.weights = options.weighting().weights(checkpoints);
        this.options = options;
    }

    @Override
    public String method() {
        return "tracin-rp";
    }

    @Override
    public SortedMap<String, String> inputs() {
        SortedMap<String, String> inputs = new TreeMap<>();
        for (int t = 0; t < weights.length; t++) {
            inputs.put("checkpoint-" + t, InputDigests.of(checkpoints.get(t).model()));
            inputs.put("weight-" + t, Double.toString(weights[t]));
        }
        inputs.put("projection", options.projection().toString());
        inputs.put("backend", engine.compute().name());
        return inputs;
    }

    @Override
    public MemoryPlan plan(int rows, int queries) {
        return scorer().plan(rows, queries);
    }

    @Override
    public Provenance stream(Dataset train, Dataset queries, ScoreSink sink) throws IOException {
        FeatureScorer.Features features = (rows, from) -> features(rows);
        scorer().stream(train, queries, sink, features, features, product -> product);
        return provenance();
    }

    private FeatureScorer scorer() {
        int width = Math.multiplyExact(options.projection().dimensions(), weights.length);
        return new FeatureScorer(engine.workers(), width, sketch(0).bytes(network()), options.limits());
    }

    /** The sketches of all checkpoints side by side, each times {@code √w_t}. */
    private double[][] features(Dataset rows) {
        int k = options.projection().dimensions();
        double[][] features = new double[rows.size()][k * weights.length];
        for (int t = 0; t < weights.length; t++) {
            double root = Math.sqrt(weights[t]);
            Model model = checkpoints.get(t).model();
            double[][] sketches = sketch(t).of(model, rows);
            for (int i = 0; i < features.length; i++) {
                for (int j = 0; j < k; j++) {
                    features[i][t * k + j] = root * sketches[i][j];
                }
            }
        }
        return features;
    }

    private GradientSketch sketch(int t) {
        Projection projection = options.projection().next(t);
        return new GradientSketch(
                engine, Output.LOSS, projection, options.limits().maxBytes());
    }

    private Provenance provenance() {
        List<Provenance.UsedCheckpoint> used = new ArrayList<>();
        for (int t = 0; t < weights.length; t++) {
            Checkpoint c = checkpoints.get(t);
            used.add(new Provenance.UsedCheckpoint(c.iteration(), c.epoch(), c.learningRate(), weights[t]));
        }
        return Provenance.withoutCurvature(method(), used, network(), Provenance.Units.INNER_PRODUCT, engine);
    }

    private Network network() {
        return checkpoints.get(0).model().network();
    }
}
