package org.expunge.unlearning.certified;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.LayerInputs;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.ParameterLayout;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.network.layer.Reshape;
import org.expunge.influence.network.layer.RowNormalization;

/**
 * The part of a network that a head is put on, and never changed. Joined with a head it is a network again, whose last
 * layers normalise the features of each row and apply the head.
 */
public final class FrozenTrunk {
    private static final String FLAT = "certified-head-features";
    private static final String NORMALIZATION = "certified-head-rows";
    private static final String HEAD = "certified-head";

    /** Where flattening changes nothing, a model file leaves it out. */
    private static final Set<String> OWN = Set.of(FLAT, NORMALIZATION);

    private final Model model;
    private final int nodes;

    private FrozenTrunk(Model model, int nodes) {
        this.model = model;
        this.nodes = nodes;
    }

    /**
     * Cuts a network's last layer off, or its whole head if it has one of ours.
     *
     * @param model a network that ends in a dense layer
     * @return what is before
     * @throws IllegalArgumentException if it ends in another layer
     */
    public static FrozenTrunk of(Model model) {
        List<Network.Node> all = model.network().nodes();
        Network.Node last = all.get(all.size() - 1);
        checkArgument(
                last.layer() instanceof Dense,
                "a trunk is what comes before a dense last layer, but %s is a %s",
                last.name(),
                last.layer().getClass().getSimpleName());
        int nodes = 0;
        while (nodes < all.size() - 1 && !OWN.contains(all.get(nodes).name())) {
            nodes++;
        }
        return new FrozenTrunk(model, nodes);
    }

    /** Returns no trunk at all: the features are the rows' own numbers. */
    public static FrozenTrunk none(Shape input) {
        Network network = Network.builder(input).add(HEAD, new Dense(1)).build(Loss.SQUARED_ERROR);
        return new FrozenTrunk(new Model(network, new double[network.layout().length()], new double[0]), 0);
    }

    /** Returns whether there are layers at all. */
    public boolean isEmpty() {
        return nodes == 0;
    }

    /**
     * Computes features.
     *
     * @param engine where it runs
     * @param rows rows as the trunk expects them, normalised
     * @return the rows with the trunk's outputs in place of their numbers, and the same ids and targets
     * @throws IllegalArgumentException if the rows have another shape
     */
    public Dataset features(Engine engine, Dataset rows) {
        checkArgument(
                rows.shape().equals(model.network().input()),
                "the trunk takes rows of shape %s, but those of %s have %s",
                model.network().input(),
                rows.name(),
                rows.shape());
        int width = inputsOf(nodes);
        Features features = isEmpty() ? rows.features() : Features.of(outputs(engine, rows), width);
        return Dataset.of(rows.name(), Shape.flat(width), features, rows.targets())
                .withIds(rows.ids());
    }

    /** The head's classes need not be the trunk's, so the rows go through it without theirs. */
    private double[] outputs(Engine engine, Dataset rows) {
        int outputs = model.network().outputs();
        Targets none = Targets.real(new double[Math.multiplyExact(rows.size(), outputs)], outputs);
        return LayerInputs.of(engine, model, nodes, Dataset.of(rows.name(), rows.shape(), rows.features(), none));
    }

    private int inputsOf(int node) {
        Network network = model.network();
        int before = network.nodes().get(node).inputs().get(0);
        return (before == Network.INPUT
                        ? network.input()
                        : network.nodes().get(before).output())
                .length();
    }

    /**
     * Puts a head on.
     *
     * @param options says which classifier it is
     * @param classes how many classes
     * @param outputs how many numbers a row's targets have: 1 for two classes as one number, else the classes
     * @param released the head, K × d
     * @return the whole network; two classes one against the other become two scores of opposite signs
     */
    public Model withHead(HeadOptions options, int classes, int outputs, double[] released) {
        boolean isExclusive = options.kind() == HeadKind.SOFTMAX || classes == 2;
        Loss loss = isExclusive && outputs > 1 ? Loss.SOFTMAX_CROSS_ENTROPY : Loss.SIGMOID_CROSS_ENTROPY;
        Network network = network(outputs, loss);
        double[] parameters = copied(model.network().layout(), network.layout(), model.parameters());
        int vectors = options.kind().loss(classes).vectors();
        int width = released.length / vectors;
        List<ParameterLayout.Entry> head = network.layout().of(network.nodes().size() - 1);
        for (int k = 0; k < outputs; k++) {
            for (int j = 0; j < width; j++) {
                double value = score(released, vectors, outputs, k, j) / HeadRows.SCALE;
                boolean isBias = j == width - 1;
                parameters[isBias ? head.get(1).offset() + k : head.get(0).offset() + k * (width - 1) + j] = value;
            }
        }
        double[] statistics = copied(model.network().statistics(), network.statistics(), model.statistics());
        return new Model(network, parameters, statistics);
    }

    /** The number j of the vector whose product with a row is output k. */
    private static double score(double[] released, int vectors, int outputs, int k, int j) {
        int width = released.length / vectors;
        if (vectors == 1 && outputs == 2) {
            return (k == 1 ? 0.5 : -0.5) * released[j];
        }
        if (vectors == 2 && outputs == 1) {
            return released[width + j] - released[j];
        }
        return released[k * width + j];
    }

    private Network network(int outputs, Loss loss) {
        Network old = model.network();
        Network.Builder builder = Network.builder(old.input());
        for (Network.Node node : old.nodes().subList(0, nodes)) {
            List<String> inputs = new ArrayList<>();
            for (int input : node.inputs()) {
                inputs.add(
                        input == Network.INPUT
                                ? "input"
                                : old.nodes().get(input).name());
            }
            builder.add(node.name(), node.layer(), inputs);
        }
        int before = old.nodes().get(nodes).inputs().get(0);
        String last =
                before == Network.INPUT ? "input" : old.nodes().get(before).name();
        return builder.add(FLAT, new Reshape(Shape.flat(inputsOf(nodes))), List.of(last))
                .add(NORMALIZATION, RowNormalization.DEFAULT)
                .add(HEAD, new Dense(outputs))
                .build(loss);
    }

    /** Copies what both layouts have. */
    private static double[] copied(ParameterLayout from, ParameterLayout to, double[] values) {
        double[] result = new double[to.length()];
        for (ParameterLayout.Entry entry : to.entries()) {
            from.entries().stream()
                    .filter(old -> old.name().equals(entry.name()) && old.length() == entry.length())
                    .filter(old -> !entry.layer().equals(HEAD))
                    .forEach(old -> System.arraycopy(values, old.offset(), result, entry.offset(), entry.length()));
        }
        return result;
    }
}
