package org.expunge.influence.score;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.GradientBatch;
import org.expunge.influence.gradient.GradientView;
import org.expunge.influence.gradient.WorkerScratch;
import org.expunge.influence.network.Passes;
import org.expunge.influence.network.Weights;
import org.expunge.influence.training.Checkpoint;

/**
 * Works through the blocks of a plan: the queries' gradients first, then the training rows, a window of tiles at a
 * time. Workers write disjoint rows, so their number does not change a bit.
 */
final class BlockScorer implements AutoCloseable {
    private final Engine engine;
    private final List<Checkpoint> checkpoints;
    private final double[] weights;
    private final GradientView view;
    private final List<Measure> measures;
    private final MemoryPlan plan;
    private final int windowRows;
    private final List<DirectionLog> logs;
    private final WorkerScratch scratches;
    private final Map<Integer, GradientBatch> kept = new HashMap<>();
    private int keptFrom = -1;

    BlockScorer(
            Engine engine,
            List<Checkpoint> checkpoints,
            double[] weights,
            GradientView view,
            List<Measure> measures,
            MemoryPlan plan,
            int windowRows,
            List<DirectionLog> logs) {
        this.engine = engine;
        this.checkpoints = checkpoints;
        this.weights = weights;
        this.view = view;
        this.measures = measures;
        this.plan = plan;
        this.windowRows = windowRows;
        this.logs = logs;
        this.scratches = new WorkerScratch(engine);
    }

    /** Fills one table a measure; each block goes to the sink at the measure's place, in that order. */
    void run(Dataset train, Dataset queries, List<ScoreSink> sinks) throws IOException {
        for (BlockRange range : plan.blocks()) {
            if (sinks.stream().noneMatch(sink -> sink.wants(range))) {
                continue;
            }
            if (range.queryFrom() != keptFrom) {
                forgetQueries();
                keptFrom = range.queryFrom();
            }
            double[][] sums = new double[measures.size()][range.rows() * range.queries()];
            for (int t = 0; t < weights.length; t++) {
                if (weights[t] > 0) {
                    addCheckpoint(t, train, queries, range, sums);
                }
            }
            for (int k = 0; k < sums.length; k++) {
                checkFinite(train, queries, range, sums[k]);
                sinks.get(k).accept(new ScoreBlock(range, sums[k]));
            }
        }
    }

    /** Refuses scores that are not finite, naming the row and the query. */
    static void checkFinite(Dataset train, Dataset queries, BlockRange range, double[] sums) {
        new ScoreBlock(range, sums).checkFinite(train, queries);
    }

    private void addCheckpoint(int t, Dataset train, Dataset queries, BlockRange range, double[][] sums) {
        try (Weights model = Weights.of(engine.compute(), checkpoints.get(t).model())) {
            GradientBatch gradients = kept.get(t);
            if (gradients == null) {
                gradients = queryGradients(t, model, queries, range);
            }
            try {
                addTiles(t, model, gradients, train, range, sums);
            } finally {
                if (!kept.containsValue(gradients)) {
                    gradients.close();
                }
            }
        }
    }

    private GradientBatch queryGradients(int t, Weights model, Dataset queries, BlockRange range) {
        Dataset block = queries.select(range(range.queryFrom(), range.queries()));
        GradientBatch gradients = GradientBatch.of(engine, model, block, view);
        if (plan.keepsQueries() && plan.rowsPerBlock() < plan.rows()) {
            kept.put(t, gradients);
        }
        return gradients;
    }

    private void addTiles(
            int t, Weights model, GradientBatch gradients, Dataset train, BlockRange range, double[][] sums) {
        QueryNorms queryNorms = new QueryNorms(gradients);
        boolean logsRows = false;
        for (int k = 0; k < logs.size(); k++) {
            if (logs.get(k).isFirstVisitOfQueries(range.queryFrom(), t)) {
                logs.get(k).addQueries(queryNorms.belowFloor(measures.get(k)), smallest(gradients.deltaNorms()));
            }
            logsRows |= logs.get(k).isFirstVisitOfRows(range.rowFrom(), t);
        }
        boolean isFirst = logsRows;
        WindowMeasure[] windows = IntStream.range(0, engine.workers().count())
                .mapToObj(w -> new WindowMeasure(
                        engine.compute(), measures, gradients, queryNorms, scratches.of(w), windowRows))
                .toArray(WindowMeasure[]::new);
        try (Passes passes = new Passes(engine, model)) {
            passes.forEachRun(
                    train.select(range(range.rowFrom(), range.rows())),
                    windowRows / engine.tile(),
                    (worker, pass, from) -> windows[worker].take(pass, from % windowRows),
                    (worker, from, rows) -> {
                        WindowMeasure.Found found = windows[worker].finish(rows, weights[t], sums, from);
                        for (int k = 0; isFirst && k < found.belowFloor().size(); k++) {
                            logs.get(k).addRows(found.belowFloor().get(k), found.smallestDelta());
                        }
                    });
        } finally {
            for (WindowMeasure open : windows) {
                open.close();
            }
        }
    }

    private static double smallest(double[] values) {
        return Arrays.stream(values).min().orElse(Double.POSITIVE_INFINITY);
    }

    private static int[] range(int from, int count) {
        return IntStream.range(from, from + count).toArray();
    }

    private void forgetQueries() {
        kept.values().forEach(GradientBatch::close);
        kept.clear();
    }

    @Override
    public void close() {
        forgetQueries();
        scratches.close();
    }
}
