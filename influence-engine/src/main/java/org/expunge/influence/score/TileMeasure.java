package org.expunge.influence.score;

import java.util.Arrays;
import org.expunge.influence.gradient.GradientBatch;
import org.expunge.influence.gradient.Scratch;
import org.expunge.influence.network.LayerConsumer;
import org.expunge.influence.network.ParametricLayer;
import org.expunge.influence.network.Slot;

/** Compares one tile after another with a batch of queries. Belongs to one worker and one checkpoint. */
final class TileMeasure implements LayerConsumer {
    private final Measure measure;
    private final GradientBatch queries;
    private final QueryNorms queryNorms;
    private final Scratch scratch;
    private final double[] dots;
    private final double[] norms;
    private final double[] scores;
    private int batch;
    private long belowFloor;

    TileMeasure(Measure measure, GradientBatch queries, QueryNorms queryNorms, Scratch scratch, int tile) {
        this.measure = measure;
        this.queries = queries;
        this.queryNorms = queryNorms;
        this.scratch = scratch;
        this.dots = new double[tile * queries.examples()];
        this.norms = new double[tile];
        this.scores = measure == Measure.INNER_PRODUCT ? dots : new double[dots.length];
    }

    /** Starts a tile of {@code examples}. */
    void begin(int examples) {
        batch = examples;
        belowFloor = 0;
        Arrays.fill(dots, 0, batch * queries.examples(), 0);
        Arrays.fill(scores, 0, batch * queries.examples(), 0);
        Arrays.fill(norms, 0, batch, 0);
    }

    @Override
    public void onLayer(int node, ParametricLayer layer, Slot slot) {
        queries.contract(node, layer, slot, scratch, dots, norms);
        if (measure == Measure.LAYER_COSINE) {
            normalise(queryNorms.inverseOfLayer(node));
        }
    }

    /** Adds the tile's scores to {@code sums}, rows from {@code from} on; returns how many terms had no direction. */
    long finish(double weight, double[] sums, int from) {
        if (measure == Measure.COSINE) {
            normalise(queryNorms.inverse());
        }
        int m = queries.examples();
        for (int i = 0, to = from * m; i < batch * m; i++, to++) {
            sums[to] += weight * scores[i];
        }
        return belowFloor;
    }

    /** Moves dots, divided by both norms, to the scores and clears them for the next layer. */
    private void normalise(double[] inverseQueryNorms) {
        int m = inverseQueryNorms.length;
        double[] inverseRowNorms = DirectionLog.inverseNorms(norms);
        for (int b = 0; b < batch; b++) {
            for (int q = 0; q < m; q++) {
                scores[b * m + q] += dots[b * m + q] * inverseRowNorms[b] * inverseQueryNorms[q];
            }
        }
        belowFloor += DirectionLog.zeros(inverseRowNorms, batch);
        Arrays.fill(dots, 0, batch * m, 0);
        Arrays.fill(norms, 0, batch, 0);
    }
}
