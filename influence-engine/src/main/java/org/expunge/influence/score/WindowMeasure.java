package org.expunge.influence.score;

import java.util.Arrays;
import org.expunge.influence.gradient.GradientBatch;
import org.expunge.influence.gradient.RowWindow;
import org.expunge.influence.gradient.Scratch;
import org.expunge.influence.network.LayerConsumer;

/** Compares one window of rows after another with a batch of queries. Belongs to one worker and one checkpoint. */
final class WindowMeasure implements AutoCloseable {
    private final Measure measure;
    private final GradientBatch queries;
    private final QueryNorms queryNorms;
    private final Scratch scratch;
    private final RowWindow window;
    private final double[] dots;
    private final double[][] norms;
    private final double[] scores;
    private long belowFloor;

    WindowMeasure(Measure measure, GradientBatch queries, QueryNorms queryNorms, Scratch scratch, int rows) {
        this.measure = measure;
        this.queries = queries;
        this.queryNorms = queryNorms;
        this.scratch = scratch;
        this.window = queries.window(rows);
        this.dots = new double[Math.multiplyExact(rows, queries.examples())];
        this.norms = new double[queries.view().nodes().size()][queries.view().wantsNorms() ? rows : 0];
        this.scores = measure == Measure.INNER_PRODUCT ? dots : new double[dots.length];
    }

    /** Takes a tile whose first row has place {@code from} in the window. */
    LayerConsumer tile(int from) {
        return (node, layer, slot) -> {
            int index = queries.view().nodes().indexOf(node);
            queries.collect(node, layer, slot, scratch, window, from, dots, norms[index]);
        };
    }

    /**
     * Adds the scores of the window's rows to {@code sums} and forgets them.
     *
     * @param rows how many the window holds
     * @param weight what the checkpoint counts
     * @param sums score of row r and query q is added at {@code (from + r) · m + q}
     * @param from index of the window's first row
     * @return how many terms had no direction
     */
    long finish(int rows, double weight, double[] sums, int from) {
        belowFloor = 0;
        int capacity = window.capacity();
        int m = queries.examples();
        for (int i = 0; i < norms.length; i++) {
            int node = queries.view().nodes().get(i);
            queries.contract(node, window, scratch, dots);
            if (measure == Measure.LAYER_COSINE) {
                normalise(rows, norms[i], queryNorms.inverseOfLayer(node));
            }
        }
        if (measure == Measure.COSINE) {
            normalise(rows, total(rows), queryNorms.inverse());
        }
        for (int q = 0; q < m; q++) {
            for (int b = 0; b < rows; b++) {
                sums[(from + b) * m + q] += weight * scores[q * capacity + b];
            }
        }
        Arrays.fill(dots, 0);
        Arrays.fill(scores, 0);
        for (double[] layer : norms) {
            Arrays.fill(layer, 0);
        }
        return belowFloor;
    }

    private double[] total(int rows) {
        double[] total = new double[rows];
        for (double[] layer : norms) {
            for (int b = 0; b < rows; b++) {
                total[b] += layer[b];
            }
        }
        return total;
    }

    /** Moves dots, divided by both norms, to the scores and clears them for the next layer. */
    private void normalise(int rows, double[] squaredNorms, double[] inverseQueryNorms) {
        int capacity = window.capacity();
        double[] inverseRowNorms = DirectionLog.inverseNorms(squaredNorms);
        for (int q = 0; q < inverseQueryNorms.length; q++) {
            for (int b = 0; b < rows; b++) {
                scores[q * capacity + b] += dots[q * capacity + b] * inverseRowNorms[b] * inverseQueryNorms[q];
            }
        }
        belowFloor += DirectionLog.zeros(inverseRowNorms, rows);
        Arrays.fill(dots, 0);
    }

    @Override
    public void close() {
        window.close();
    }
}
