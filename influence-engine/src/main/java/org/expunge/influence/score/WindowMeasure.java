package org.expunge.influence.score;

import java.util.Arrays;
import java.util.List;
import org.expunge.influence.gradient.GradientBatch;
import org.expunge.influence.gradient.RowWindow;
import org.expunge.influence.gradient.Scratch;
import org.expunge.influence.network.LayerConsumer;

/**
 * Compares one window of rows after another with a batch of queries, by one measure or several that share the products.
 * Belongs to one worker and one checkpoint.
 */
final class WindowMeasure implements AutoCloseable {
    private final List<Measure> measures;
    private final GradientBatch queries;
    private final QueryNorms queryNorms;
    private final double[] queryDeltas;
    private final Scratch scratch;
    private final RowWindow window;
    private final double[] dots;
    private final double[][] norms;
    /** Products over all layers: {@code dots} itself unless layers are looked at one by one. */
    private final double[] total;

    private final double[] byLayer;

    WindowMeasure(List<Measure> measures, GradientBatch queries, QueryNorms queryNorms, Scratch scratch, int rows) {
        this.measures = measures;
        this.queries = queries;
        this.queryNorms = queryNorms;
        this.queryDeltas = queries.deltaNorms();
        this.scratch = scratch;
        this.window = queries.window(rows);
        this.dots = new double[Math.multiplyExact(rows, queries.examples())];
        this.norms = new double[queries.view().nodes().size()][queries.view().wantsNorms() ? rows : 0];
        boolean wantsLayers = measures.contains(Measure.LAYER_COSINE);
        this.byLayer = new double[wantsLayers ? dots.length : 0];
        this.total = wantsLayers ? new double[measures.size() > 1 ? dots.length : 0] : dots;
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
     * @param rowDeltas {@code ‖δ‖} of each row that the window holds; anything if the view does not scale it to 1
     * @param weight what the checkpoint counts
     * @param sums for each measure, score of row r and query q is added at {@code (from + r) · m + q}
     * @param from index of the window's first row
     * @return for each measure, how many terms had no direction
     */
    long[] finish(double[] rowDeltas, double weight, double[][] sums, int from) {
        int rows = rowDeltas.length;
        long layerZeros = 0;
        for (int i = 0; i < norms.length; i++) {
            int node = queries.view().nodes().get(i);
            queries.contract(node, window, scratch, dots);
            if (byLayer.length > 0) {
                layerZeros += takeLayer(rows, norms[i], queryNorms.inverseOfLayer(node));
            }
        }
        double[] inverse = DirectionLog.inverseNorms(totalNorms(rows));
        long[] belowFloor = new long[measures.size()];
        for (int k = 0; k < belowFloor.length; k++) {
            switch (measures.get(k)) {
                case LAYER_COSINE -> {
                    add(byLayer, constant(rows, weight), constant(queryDeltas.length, 1), sums[k], from);
                    belowFloor[k] = layerZeros;
                }
                case COSINE -> {
                    add(total, scaled(inverse, weight), queryNorms.inverse(), sums[k], from);
                    belowFloor[k] = DirectionLog.zeros(inverse, rows);
                }
                case INNER_PRODUCT -> {
                    boolean isUnit = queries.view().isUnit();
                    double[] ofRows = isUnit ? scaled(rowDeltas, weight) : constant(rows, weight);
                    add(total, ofRows, isUnit ? queryDeltas : constant(queryDeltas.length, 1), sums[k], from);
                }
            }
        }
        forget();
        return belowFloor;
    }

    /** Adds {@code values[q, b] · ofRows[b] · ofQueries[q]} to the scores. */
    private void add(double[] values, double[] ofRows, double[] ofQueries, double[] sums, int from) {
        int capacity = window.capacity();
        int m = queries.examples();
        for (int q = 0; q < m; q++) {
            for (int b = 0; b < ofRows.length; b++) {
                sums[(from + b) * m + q] += ofRows[b] * (values[q * capacity + b] * ofQueries[q]);
            }
        }
    }

    /** Moves one layer's products to the sums over layers and clears them for the next. */
    private long takeLayer(int rows, double[] squaredNorms, double[] inverseQueryNorms) {
        int capacity = window.capacity();
        double[] inverse = DirectionLog.inverseNorms(squaredNorms);
        for (int q = 0; q < inverseQueryNorms.length; q++) {
            for (int b = 0; b < rows; b++) {
                byLayer[q * capacity + b] += dots[q * capacity + b] * inverse[b] * inverseQueryNorms[q];
            }
        }
        for (int i = 0; i < total.length; i++) {
            total[i] += dots[i];
        }
        Arrays.fill(dots, 0);
        return DirectionLog.zeros(inverse, rows);
    }

    private double[] totalNorms(int rows) {
        double[] squared = new double[rows];
        for (double[] layer : norms) {
            for (int b = 0; b < Math.min(rows, layer.length); b++) {
                squared[b] += layer[b];
            }
        }
        return squared;
    }

    private static double[] constant(int length, double value) {
        double[] values = new double[length];
        Arrays.fill(values, value);
        return values;
    }

    private static double[] scaled(double[] values, double factor) {
        return Arrays.stream(values).map(value -> value * factor).toArray();
    }

    private void forget() {
        Arrays.fill(dots, 0);
        Arrays.fill(total, 0);
        Arrays.fill(byLayer, 0);
        for (double[] layer : norms) {
            Arrays.fill(layer, 0);
        }
    }

    @Override
    public void close() {
        window.close();
    }
}
