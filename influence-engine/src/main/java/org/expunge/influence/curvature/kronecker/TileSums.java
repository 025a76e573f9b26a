package org.expunge.influence.curvature.kronecker;

import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.LabelDeltas;
import org.expunge.influence.curvature.RowSums;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.RowRange;
import org.expunge.influence.network.KroneckerLayer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Passes;
import org.expunge.influence.network.Slot;
import org.expunge.influence.network.Weights;

/** What one worker adds up for one layer while rows pass through the network. */
interface TileSums extends AutoCloseable {
    /** Takes the inputs of a tile, before its backward passes. */
    void onInputs(KroneckerLayer layer, Slot slot);

    /** Takes the derivatives of one backward pass. */
    void onDelta(KroneckerLayer layer, Slot slot);

    /** Ends the tile. */
    void onEnd();

    /** Returns a copy of the sums so far, to be added to those of other workers. */
    double[] sums();

    @Override
    void close();

    /**
     * Takes rows through the network and back.
     *
     * @param range the rows
     * @param shapes the layers
     * @param labels what is sent back
     * @param open opens what a worker holds for a layer, given its index in {@code shapes}
     * @return for each layer the sums over workers, added in their order
     */
    static List<double[]> over(
            Engine engine,
            Model model,
            Dataset data,
            RowRange range,
            List<KroneckerShape> shapes,
            LabelDeltas labels,
            IntFunction<TileSums> open) {
        List<List<TileSums>> ofWorkers = IntStream.range(0, engine.workers().count())
                .mapToObj(worker ->
                        IntStream.range(0, shapes.size()).mapToObj(open).toList())
                .toList();
        int[] indexOf = new int[model.network().nodes().size()];
        Arrays.fill(indexOf, -1);
        for (int i = 0; i < shapes.size(); i++) {
            indexOf[shapes.get(i).node()] = i;
        }
        try (Weights weights = Weights.of(engine.compute(), model);
                Passes passes = new Passes(engine, weights)) {
            passes.forEachTile(data, range.rows(), (worker, pass, from) -> {
                List<TileSums> sums = ofWorkers.get(worker);
                for (int i = 0; i < shapes.size(); i++) {
                    int node = shapes.get(i).node();
                    KroneckerLayer layer =
                            (KroneckerLayer) model.network().nodes().get(node).layer();
                    sums.get(i).onInputs(layer, pass.slot(node));
                }
                labels.backward(pass, range.from() + from, (node, layer, slot) -> {
                    if (indexOf[node] >= 0) {
                        sums.get(indexOf[node]).onDelta((KroneckerLayer) layer, slot);
                    }
                });
                sums.forEach(TileSums::onEnd);
            });
            return IntStream.range(0, shapes.size())
                    .mapToObj(i -> total(ofWorkers, i))
                    .toList();
        } finally {
            ofWorkers.forEach(sums -> sums.forEach(TileSums::close));
        }
    }

    /** Returns sums by the names of their layers. */
    static RowSums named(int rows, List<KroneckerShape> shapes, List<double[]> sums) {
        SortedMap<String, double[]> named = new TreeMap<>();
        for (int i = 0; i < shapes.size(); i++) {
            named.put(shapes.get(i).name(), sums.get(i));
        }
        return new RowSums(rows, named);
    }

    private static double[] total(List<List<TileSums>> ofWorkers, int layer) {
        double[] total = ofWorkers.get(0).get(layer).sums();
        for (int w = 1; w < ofWorkers.size(); w++) {
            double[] part = ofWorkers.get(w).get(layer).sums();
            for (int i = 0; i < total.length; i++) {
                total[i] += part[i];
            }
        }
        return total;
    }
}
