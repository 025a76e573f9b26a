package org.expunge.defense.attack.craft;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.LayerConsumer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.Pass;
import org.expunge.influence.network.Passes;
import org.expunge.influence.network.Weights;

/**
 * A model of the attacker's own, which stands for the one to be attacked, and its derivatives with respect to raw rows.
 *
 * <p><b>Accuracy.</b> Derivatives in the precision of the engine; at kinks those of the active piece.
 *
 * @param engine where to compute; stays the caller's to close
 * @param model the model
 * @param normalizer what raw rows go through before it
 */
public record Surrogate(Engine engine, Model model, Normalizer normalizer) {
    /** Returns rows as the model sees them. */
    Dataset seen(Dataset raw) {
        return normalizer.apply(raw);
    }

    /** Turns derivatives with respect to what the model sees into those with respect to raw features, in place. */
    double[][] toRaw(double[][] derivatives) {
        if (normalizer.kind() != Normalizer.Kind.NONE) {
            double[] scale = normalizer.scale();
            Arrays.stream(derivatives).forEach(row -> Arrays.setAll(row, j -> row[j] * scale[j]));
        }
        return derivatives;
    }

    /**
     * Returns the direction in which each row's loss grows, {@code n × d}: derivatives of the loss of the label that
     * the row carries, each divided by the size of the loss's derivative at the logits, so that those of a sure row do
     * not vanish.
     */
    public double[][] lossSlopes(Dataset raw) {
        return slopes(model, seen(raw), (pass, from) -> pass.unitLossDelta());
    }

    /** Returns {@code φ}, {@code n × h}. */
    public double[][] features(Dataset raw) {
        Model body = body();
        int last = body.network().nodes().size() - 1;
        double[][] features = new double[raw.size()][];
        forEachTile(body, unlabelled(raw, body), false, (pass, from) -> {
            double[][] tile = pass.activations(last);
            System.arraycopy(tile, 0, features, from, tile.length);
        });
        return features;
    }

    /**
     * Returns the derivatives of {@code ‖φ(x_i) − f_i‖²}, {@code n × d}.
     *
     * @param raw n rows
     * @param wanted the features f_i, {@code n × h}
     */
    public double[][] featureSlopes(Dataset raw, double[][] wanted) {
        Model body = body();
        double[] flat = Stream.of(wanted).flatMapToDouble(Arrays::stream).toArray();
        Targets targets = Targets.real(flat, body.network().outputs());
        return slopes(body, seen(raw).withTargets(targets), (pass, from) -> pass.lossDelta());
    }

    private interface TileDelta {
        void write(Pass pass, int from);
    }

    private double[][] slopes(Model of, Dataset rows, TileDelta delta) {
        double[][] slopes = new double[rows.size()][];
        forEachTile(of, rows, true, (pass, from) -> {
            delta.write(pass, from);
            pass.backward(LayerConsumer.NONE);
            double[][] tile = pass.inputDelta();
            System.arraycopy(tile, 0, slopes, from, tile.length);
        });
        return toRaw(slopes);
    }

    private void forEachTile(Model of, Dataset rows, boolean wantsSlopes, TileDelta task) {
        try (Weights weights = Weights.of(engine.compute(), of);
                Passes passes = new Passes(engine, weights, wantsSlopes)) {
            passes.forEachTile(rows, (worker, pass, from) -> task.write(pass, from));
        }
    }

    private Dataset unlabelled(Dataset raw, Model body) {
        int outputs = body.network().outputs();
        return seen(raw).withTargets(Targets.real(new double[raw.size() * outputs], outputs));
    }

    /** The layers below the last one with parameters, with the squared distance as their loss. */
    private Model body() {
        Network network = model.network();
        int last = network.parametricNodes().get(network.parametricNodes().size() - 1);
        int end = network.nodes().get(last).inputs().get(0);
        checkArgument(end != Network.INPUT, "the surrogate has one layer and so no features; take a deeper one");
        Network.Builder builder = Network.builder(network.input());
        Consumer<Network.Node> add = node -> builder.add(
                node.name(),
                node.layer(),
                node.inputs().stream()
                        .map(i -> i == Network.INPUT
                                ? "input"
                                : network.nodes().get(i).name())
                        .toList());
        network.nodes().subList(0, end + 1).forEach(add);
        Network body = builder.build(Loss.SQUARED_ERROR);
        return new Model(
                body,
                Arrays.copyOf(model.parameters(), body.layout().length()),
                Arrays.copyOf(model.statistics(), body.statistics().length()));
    }
}
