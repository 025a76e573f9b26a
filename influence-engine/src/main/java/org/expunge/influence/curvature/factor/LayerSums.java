package org.expunge.influence.curvature.factor;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.LabelDeltas;
import org.expunge.influence.curvature.Labels;
import org.expunge.influence.curvature.RowSums;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.RowRange;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.ParametricLayer;
import org.expunge.influence.network.Passes;
import org.expunge.influence.network.Slot;
import org.expunge.influence.network.Weights;

/** What one worker adds up over its tiles for one layer. */
interface LayerSums extends AutoCloseable {
    /** Takes one backward pass of a tile. */
    void onDelta(ParametricLayer layer, Slot slot);

    /** Ends the tile. */
    void onEnd();

    /** Returns a copy of the sums so far. */
    double[] sums();

    @Override
    void close();

    /**
     * Takes rows through the network and back.
     *
     * @param range the rows; labels drawn for a row do not depend on it
     * @param open opens what a worker holds for a node
     * @return the sums over rows of each layer with parameters, by its name
     */
    static RowSums over(
            Engine engine, Model model, Dataset data, RowRange range, Labels labels, IntFunction<LayerSums> open) {
        Network network = model.network();
        List<SortedMap<Integer, LayerSums>> ofWorkers = new ArrayList<>();
        try (Weights weights = Weights.of(engine.compute(), model);
                Passes passes = new Passes(engine, weights)) {
            IntStream.range(0, engine.workers().count()).forEach(worker -> ofWorkers.add(opened(network, open)));
            LabelDeltas deltas = labels.deltas();
            passes.forEachTile(data, range.rows(), (worker, pass, from) -> {
                SortedMap<Integer, LayerSums> sums = ofWorkers.get(worker);
                deltas.backward(pass, range.from() + from, (node, layer, slot) -> {
                    LayerSums ofNode = sums.get(node);
                    if (ofNode != null) {
                        ofNode.onDelta(layer, slot);
                    }
                });
                sums.values().forEach(LayerSums::onEnd);
            });
            return total(network, range.size(), ofWorkers);
        } finally {
            ofWorkers.forEach(sums -> sums.values().forEach(LayerSums::close));
        }
    }

    private static SortedMap<Integer, LayerSums> opened(Network network, IntFunction<LayerSums> open) {
        SortedMap<Integer, LayerSums> sums = new TreeMap<>();
        network.parametricNodes().forEach(node -> sums.put(node, open.apply(node)));
        return sums;
    }

    private static RowSums total(Network network, int rows, List<SortedMap<Integer, LayerSums>> ofWorkers) {
        SortedMap<String, double[]> totals = new TreeMap<>();
        for (SortedMap<Integer, LayerSums> ofWorker : ofWorkers) {
            ofWorker.forEach((node, sums) ->
                    totals.merge(network.nodes().get(node).name(), sums.sums(), (total, part) -> {
                        for (int i = 0; i < total.length; i++) {
                            total[i] += part[i];
                        }
                        return total;
                    }));
        }
        return new RowSums(rows, totals);
    }
}
