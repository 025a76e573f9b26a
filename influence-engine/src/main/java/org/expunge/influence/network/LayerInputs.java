package org.expunge.influence.network;

import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;

/**
 * What a layer is given, row by row, in inference: the features that the network before it makes of the rows.
 *
 * <p><b>Cost.</b> One forward pass a row, and the result.
 */
public final class LayerInputs {
    private LayerInputs() {}

    /**
     * Computes a layer's first input.
     *
     * @param engine where it runs; stays the caller's to close
     * @param model the network with its numbers
     * @param node index of the layer's node
     * @param rows rows of the network's input shape
     * @return {@code n × width}, row after row, in channel, height, width order
     */
    public static double[] of(Engine engine, Model model, int node, Dataset rows) {
        int before = model.network().nodes().get(node).inputs().get(0);
        int width = before == Network.INPUT
                ? model.network().input().length()
                : model.network().nodes().get(before).output().length();
        double[] flat = new double[Math.multiplyExact(rows.size(), width)];
        try (Weights weights = Weights.of(engine.compute(), model);
                Passes passes = new Passes(engine, weights)) {
            passes.forEachTile(rows, (worker, pass, from) -> {
                Slot slot = pass.slot(node);
                double[] tile = new double[width * slot.batch()];
                engine.compute().read(slot.input(0), 0, tile, 0, tile.length);
                for (int i = 0; i < tile.length; i++) {
                    flat[(from + i % slot.batch()) * width + i / slot.batch()] = tile[i];
                }
            });
        }
        return flat;
    }
}
