package org.expunge.influence.score;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.GradientView;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.training.Checkpoint;

/**
 * Scores that sum a comparison of gradients over one or more checkpoints of a training: {@code Σ_t w_t s_t(q, i)}.
 *
 * <p><b>Shapes.</b> m queries × n training rows.
 *
 * <p><b>Accuracy.</b> Products within a layer are in the compute's precision; norms and sums over layers and
 * checkpoints are double. Results do not depend on the number of workers, and on the tile and the blocks only through
 * rounding.
 *
 * <p><b>Cost.</b> For each checkpoint: one forward and backward pass over the queries and one over the training rows
 * for each block of queries; a pair costs 2(in + 1 + out) FLOP in a dense layer and 2 p_l in another. Memory is what
 * {@link #plan} says.
 */
public abstract sealed class TrajectoryEstimator implements Estimator
        permits InnerProduct, Cosine, TracInCp, TracInLast, Gas, GasL {

    /**
     * How to weigh and how to cut the work.
     *
     * @param weighting what each checkpoint counts; without effect where there is one model
     * @param maxBytes memory to stay under, at least 1
     * @param rowsPerBlock most training rows of a block where the queries' gradients can be kept: what a killed run
     *     loses; at least 1
     */
    public record Options(Weighting weighting, long maxBytes, int rowsPerBlock) {
        /** Learning-rate weights within 1 GiB, 4096 rows a block. */
        public static final Options DEFAULT = new Options(Weighting.LEARNING_RATE, 1L << 30, 4096);

        /** Checks the ranges. */
        public Options {
            checkArgument(maxBytes >= 1, "maxBytes must be at least 1, got %s", maxBytes);
            checkArgument(rowsPerBlock >= 1, "rowsPerBlock must be at least 1, got %s", rowsPerBlock);
        }

        /** Returns the same options with another weighting. */
        public Options withWeighting(Weighting other) {
            return new Options(other, maxBytes, rowsPerBlock);
        }
    }

    private final String method;
    private final Engine engine;
    private final List<Checkpoint> checkpoints;
    private final double[] weights;
    private final Options options;
    private final Measure measure;
    private final GradientView view;

    TrajectoryEstimator(
            String method,
            Engine engine,
            List<Checkpoint> checkpoints,
            Options options,
            Measure measure,
            boolean lastLayerOnly) {
        this.method = method;
        this.engine = engine;
        this.checkpoints = List.copyOf(checkpoints);
        this.weights = options.weighting().weights(checkpoints);
        this.options = options;
        this.measure = measure;
        Network network = checkpoints.get(0).model().network();
        for (Checkpoint checkpoint : checkpoints) {
            int length = checkpoint.model().network().layout().length();
            checkArgument(
                    length == network.layout().length(),
                    "the checkpoint at iteration %s has %s parameters but the first has %s",
                    checkpoint.iteration(),
                    length,
                    network.layout().length());
        }
        GradientView all = lastLayerOnly ? GradientView.ofLastLayer(network) : GradientView.of(network);
        this.view = measure == Measure.INNER_PRODUCT ? all : all.forCosine();
    }

    /** One model that counts 1. */
    static List<Checkpoint> single(Model model) {
        return List.of(new Checkpoint(0, 0, 1, 1, model));
    }

    @Override
    public final String method() {
        return method;
    }

    @Override
    public final SortedMap<String, String> inputs() {
        SortedMap<String, String> inputs = new TreeMap<>();
        for (int t = 0; t < weights.length; t++) {
            inputs.put("checkpoint-" + t, InputDigests.of(checkpoints.get(t).model()));
            inputs.put("weight-" + t, Double.toString(weights[t]));
        }
        inputs.put("backend", engine.compute().name());
        return inputs;
    }

    @Override
    public final MemoryPlan plan(int rows, int queries) {
        return planner().plan(rows, queries);
    }

    @Override
    public final Provenance stream(Dataset train, Dataset queries, ScoreSink sink) throws IOException {
        MemoryPlan plan = plan(train.size(), queries.size());
        DirectionLog log = new DirectionLog();
        int windowRows = planner().windowRows(train.size(), queries.size());
        try (BlockScorer scorer = new BlockScorer(engine, checkpoints, weights, view, measure, plan, windowRows, log)) {
            scorer.run(train, queries, sink);
        }
        return provenance(log);
    }

    private MemoryPlanner planner() {
        return new MemoryPlanner(engine, network(), view, checkpoints.size(), options);
    }

    private Provenance provenance(DirectionLog log) {
        List<Provenance.UsedCheckpoint> used = new ArrayList<>();
        for (int t = 0; t < weights.length; t++) {
            Checkpoint c = checkpoints.get(t);
            used.add(new Provenance.UsedCheckpoint(c.iteration(), c.epoch(), c.learningRate(), weights[t]));
        }
        boolean isCosine = measure != Measure.INNER_PRODUCT;
        return new Provenance(
                method,
                used,
                "identity",
                0,
                view.nodes().stream()
                        .map(node -> network().nodes().get(node).name())
                        .toList(),
                view.coveragePercent(network()),
                isCosine ? Provenance.Units.COSINE : Provenance.Units.INNER_PRODUCT,
                engine.compute().name(),
                engine.compute().precision(),
                isCosine ? log.skipped() : Provenance.Skipped.NONE,
                Provenance.Inverse.NONE);
    }

    private Network network() {
        return checkpoints.get(0).model().network();
    }
}
