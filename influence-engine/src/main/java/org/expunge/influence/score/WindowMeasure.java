package org.expunge.influence.score;

import java.util.Arrays;
import java.util.List;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.gradient.GradientBatch;
import org.expunge.influence.gradient.RowWindow;
import org.expunge.influence.gradient.Scratch;
import org.expunge.influence.network.Pass;
import org.expunge.influence.network.TileReplays;

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
    private final TileReplays tiles = new TileReplays();
    private final int pairs;
    /** Products of pairs, behind them {@code ‖δ‖} of rows, and behind these {@code ‖g‖²} of rows layer by layer. */
    private final Sums found;
    /** What was found, once it is read. */
    private final double[] values;
    /** Products over all layers: those read unless layers are looked at one by one. */
    private final double[] total;

    private final double[] byLayer;

    WindowMeasure(
            Compute compute,
            List<Measure> measures,
            GradientBatch queries,
            QueryNorms queryNorms,
            Scratch scratch,
            int rows) {
        this.measures = measures;
        this.queries = queries;
        this.queryNorms = queryNorms;
        this.queryDeltas = queries.deltaNorms();
        this.scratch = scratch;
        this.window = queries.window(rows);
        this.pairs = Math.multiplyExact(rows, queries.examples());
        int layers = queries.view().wantsNorms() ? queries.view().nodes().size() : 0;
        this.found = compute.sums(Math.addExact(pairs, Math.multiplyExact(rows, 1 + layers)));
        this.values = new double[found.length()];
        boolean wantsLayers = measures.contains(Measure.LAYER_COSINE);
        this.byLayer = new double[wantsLayers ? pairs : 0];
        this.total = wantsLayers ? new double[measures.size() > 1 ? pairs : 0] : values;
    }

    /** Sends a forwarded tile back whose first row has place {@code from} in the window. Waits for nothing. */
    void take(Pass pass, int from) {
        tiles.run(pass, from, () -> sendBack(pass, from));
    }

    private void sendBack(Pass pass, int from) {
        List<Integer> nodes = queries.view().nodes();
        Sums norms = queries.view().wantsNorms() ? found : null;
        queries.view().backward(pass, found, pairs + from, (node, layer, slot) -> {
            int ofLayer = normsOf(nodes.indexOf(node));
            queries.collect(node, layer, slot, scratch, window, from, found, norms, ofLayer + from);
        });
    }

    /** Returns where the norms of a layer start. */
    private int normsOf(int layer) {
        return pairs + (1 + layer) * window.capacity();
    }

    /**
     * What a window showed.
     *
     * @param belowFloor for each measure, how many terms had no direction
     * @param smallestDelta least {@code ‖δ‖} of a row; 0 if the view does not scale it to 1
     */
    record Found(List<Long> belowFloor, double smallestDelta) {}

    /**
     * Adds the scores of the window's rows to {@code sums} and forgets them. Waits for the device once, and if layers
     * are looked at one by one once more for each.
     *
     * @param rows how many rows the window holds
     * @param weight what the checkpoint counts
     * @param sums for each measure, score of row r and query q is added at {@code (from + r) · m + q}
     * @param from index of the window's first row
     */
    Found finish(int rows, double weight, double[][] sums, int from) {
        List<Integer> nodes = queries.view().nodes();
        long layerZeros = 0;
        if (byLayer.length > 0) {
            layerZeros = contractByLayer(rows, nodes);
        } else {
            nodes.forEach(node -> queries.contract(node, window, scratch, found));
            found.read(0, values, 0, values.length);
            nodes.forEach(node -> queries.contractSparse(node, window, values));
        }
        double[] rowDeltas = Arrays.copyOfRange(values, pairs, pairs + rows);
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
        return new Found(
                Arrays.stream(belowFloor).boxed().toList(),
                Arrays.stream(rowDeltas).min().orElse(Double.POSITIVE_INFINITY));
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

    /** Adds up products layer by layer, each over the norms within it; norms and {@code ‖δ‖} stay among the values. */
    private long contractByLayer(int rows, List<Integer> nodes) {
        found.read(pairs, values, pairs, values.length - pairs);
        long zeros = 0;
        for (int i = 0; i < nodes.size(); i++) {
            int node = nodes.get(i);
            found.clear();
            queries.contract(node, window, scratch, found);
            found.read(0, values, 0, pairs);
            queries.contractSparse(node, window, values);
            double[] inverse = DirectionLog.inverseNorms(Arrays.copyOfRange(values, normsOf(i), normsOf(i) + rows));
            zeros += takeLayer(rows, inverse, queryNorms.inverseOfLayer(node));
        }
        return zeros;
    }

    private long takeLayer(int rows, double[] inverse, double[] inverseQueryNorms) {
        int capacity = window.capacity();
        for (int q = 0; q < inverseQueryNorms.length; q++) {
            for (int b = 0; b < rows; b++) {
                byLayer[q * capacity + b] += values[q * capacity + b] * inverse[b] * inverseQueryNorms[q];
            }
        }
        for (int i = 0; i < total.length; i++) {
            total[i] += values[i];
        }
        return DirectionLog.zeros(inverse, rows);
    }

    private double[] totalNorms(int rows) {
        double[] squared = new double[rows];
        for (int start = pairs + window.capacity(); start < values.length; start += window.capacity()) {
            for (int b = 0; b < rows; b++) {
                squared[b] += values[start + b];
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
        found.clear();
        if (total != values) {
            Arrays.fill(total, 0);
        }
        Arrays.fill(byLayer, 0);
    }

    @Override
    public void close() {
        tiles.close();
        window.close();
        found.close();
    }
}
