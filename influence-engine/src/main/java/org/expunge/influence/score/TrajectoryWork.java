package org.expunge.influence.score;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Shape;
import org.expunge.influence.gradient.GradientBatch;
import org.expunge.influence.gradient.GradientView;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.ParameterLayout;
import org.expunge.influence.network.ParametricLayer;
import org.expunge.influence.network.SparseLayer;
import org.expunge.influence.training.Checkpoint;

/** Sums of comparisons over the checkpoints of a training: one table for each measure, all filled in one pass. */
final class TrajectoryWork {
    private final Engine engine;
    private final List<Checkpoint> checkpoints;
    private final double[] weights;
    private final TrajectoryEstimator.Options options;
    private final List<Measure> measures;
    private final GradientView view;

    TrajectoryWork(
            Engine engine,
            List<Checkpoint> checkpoints,
            TrajectoryEstimator.Options options,
            List<Measure> measures,
            boolean lastLayerOnly) {
        this.engine = engine;
        this.checkpoints = List.copyOf(checkpoints);
        this.weights = options.weighting().weights(checkpoints);
        this.options = options;
        this.measures = measures;
        Network network = network();
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
        this.view = measures.equals(List.of(Measure.INNER_PRODUCT)) ? all : all.forCosine();
    }

    SortedMap<String, String> inputs() {
        SortedMap<String, String> inputs = new TreeMap<>();
        for (int t = 0; t < weights.length; t++) {
            inputs.put("checkpoint-" + t, InputDigests.of(checkpoints.get(t).model()));
            inputs.put("weight-" + t, Double.toString(weights[t]));
        }
        inputs.put("backend", engine.compute().name());
        return inputs;
    }

    MemoryPlan plan(int rows, int queries) {
        return planner().plan(rows, queries);
    }

    /** Fills the tables; method, sink and provenance of a table are at its measure's place. */
    List<Provenance> stream(List<String> methods, Dataset train, Dataset queries, List<ScoreSink> sinks)
            throws IOException {
        MemoryPlan plan = plan(train.size(), queries.size());
        List<DirectionLog> logs =
                Stream.generate(DirectionLog::new).limit(measures.size()).toList();
        int windowRows = planner().windowRows(train.size(), queries.size());
        try (BlockScorer scorer =
                new BlockScorer(engine, checkpoints, weights, view, measures, plan, windowRows, logs)) {
            scorer.run(train, queries, sinks);
        }
        List<Provenance> made = new ArrayList<>();
        for (int k = 0; k < measures.size(); k++) {
            made.add(provenance(methods.get(k), measures.get(k), logs.get(k)));
        }
        return made;
    }

    /** Returns the useful work: a pass of every row and query at every checkpoint, and the products of all pairs. */
    double flops(int rows, int queries) {
        Network network = network();
        double pass = view.nodes().stream()
                .mapToDouble(node -> passFlops(network, node))
                .sum();
        double pair = GradientBatch.flopsPerPair(network, view);
        return checkpoints.size() * (((double) rows + queries) * pass + (double) rows * queries * pair);
    }

    /** Forward, back, and where the gradient is written out, that: 2 p FLOP each at every place of the output. */
    private static double passFlops(Network network, int node) {
        if (network.nodes().get(node).layer() instanceof SparseLayer) {
            return 4.0 * network.nodes().get(node).output().length(); // picked columns, not the table
        }
        long parameters = network.layout().of(node).stream()
                .mapToLong(ParameterLayout.Entry::length)
                .sum();
        boolean isFactored = ((ParametricLayer) network.nodes().get(node).layer()).isFactored();
        Shape output = network.nodes().get(node).output();
        long places = isFactored ? 1 : (long) output.height() * output.width();
        return (isFactored ? 4.0 : 6.0) * parameters * places;
    }

    private MemoryPlanner planner() {
        return new MemoryPlanner(engine, network(), view, checkpoints.size(), measures.size(), options);
    }

    private Provenance provenance(String method, Measure measure, DirectionLog log) {
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
