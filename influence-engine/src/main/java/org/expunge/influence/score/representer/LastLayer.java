package org.expunge.influence.score.representer;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.LayerInputs;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.Passes;
import org.expunge.influence.network.Weights;
import org.expunge.influence.network.layer.Dense;

/** A network taken apart: what its last layer is given, and that layer as a linear model of its own. */
final class LastLayer {
    private final Engine engine;
    private final Model model;
    private final int node;
    private final Dense layer;

    /** Refuses a network that does not end in a dense layer. */
    LastLayer(Engine engine, Model model) {
        this.engine = engine;
        this.model = model;
        Network network = model.network();
        this.node = network.nodes().size() - 1;
        checkArgument(
                network.nodes().get(node).layer() instanceof Dense,
                "representer points need a dense last layer, but %s is another",
                network.nodes().get(node).name());
        this.layer = (Dense) network.nodes().get(node).layer();
    }

    /** Returns the layer's name. */
    String name() {
        return model.network().nodes().get(node).name();
    }

    /** Returns how many numbers the layer is given. */
    int inputs() {
        return parameters()[0].length / layer.outputs();
    }

    /** Returns 1 if the layer has a bias, else 0: what products of inputs gain by it. */
    int bias() {
        return layer.hasBias() ? 1 : 0;
    }

    /** Returns the layer alone, with its parameters. */
    Model head() {
        Network network = Network.builder(Shape.flat(inputs()))
                .add(name(), layer)
                .build(model.network().loss());
        double[] flat =
                Arrays.stream(parameters()).flatMapToDouble(Arrays::stream).toArray();
        return new Model(network, flat, new double[0]);
    }

    private double[][] parameters() {
        double[] all = model.parameters();
        return model.network().layout().of(node).stream()
                .map(entry -> Arrays.copyOfRange(all, entry.offset(), entry.offset() + entry.length()))
                .toArray(double[][]::new);
    }

    /** Returns the rows as the layer is given them, with their targets. */
    Dataset inputs(Dataset rows) {
        int width = inputs();
        double[] flat = LayerInputs.of(engine, model, node, rows);
        return Dataset.of(rows.name(), Shape.flat(width), Features.of(flat, width), rows.targets())
                .withIds(rows.ids());
    }

    /** Returns {@code δ_i} of each row, {@code n × K}, at a head. */
    double[][] deltas(Model head, Dataset inputs) {
        int outputs = head.network().outputs();
        double[][] deltas = new double[inputs.size()][outputs];
        try (Weights weights = Weights.of(engine.compute(), head);
                Passes passes = new Passes(engine, weights)) {
            passes.forEachTile(inputs, (worker, pass, from) -> {
                pass.lossDelta();
                double[] tile = new double[outputs * pass.batch()];
                engine.compute().read(pass.outputDelta(), 0, tile, 0, tile.length);
                for (int i = 0; i < tile.length; i++) {
                    deltas[from + i % pass.batch()][i / pass.batch()] = tile[i];
                }
            });
        }
        return deltas;
    }
}
