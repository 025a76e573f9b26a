package org.expunge.influence.retraining;

import java.util.Arrays;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.Passes;
import org.expunge.influence.network.Weights;

/** What a network's last layer with parameters is given: the features in which rows are compared as neighbours. */
public final class LastHidden {
    private LastHidden() {}

    /**
     * Returns features; the rows themselves for a network of one layer.
     *
     * @param engine where to compute
     * @param model the model
     * @param data n rows
     * @return n × d
     */
    public static double[][] features(Engine engine, Model model, Dataset data) {
        Network network = model.network();
        int last = network.parametricNodes().get(network.parametricNodes().size() - 1);
        int node = network.nodes().get(last).inputs().get(0);
        double[][] features = new double[data.size()][];
        if (node == Network.INPUT) {
            Arrays.setAll(features, data::row);
            return features;
        }
        try (Weights weights = Weights.of(engine.compute(), model);
                Passes passes = new Passes(engine, weights)) {
            passes.forEachTile(data, (worker, pass, from) -> {
                double[][] tile = pass.activations(node);
                System.arraycopy(tile, 0, features, from, tile.length);
            });
        }
        return features;
    }
}
