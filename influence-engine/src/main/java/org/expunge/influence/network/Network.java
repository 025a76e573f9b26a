package org.expunge.influence.network;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Shape;

/**
 * A directed acyclic graph of layers with one input, one output and a loss on that output. Immutable; holds no numbers
 * (see {@link Model}) and no scratch (see {@link Pass}).
 */
public final class Network {
    /** The index that stands for the network's input in {@link Node#inputs}. */
    public static final int INPUT = -1;

    /**
     * One layer in its place.
     *
     * @param name unique name, as in the DL4J configuration
     * @param layer the layer
     * @param inputs indices of earlier nodes, or {@link #INPUT}
     * @param output shape of what it puts out
     */
    public record Node(String name, Layer layer, List<Integer> inputs, Shape output) {
        /** Copies the list. */
        public Node {
            inputs = List.copyOf(inputs);
        }
    }

    private final Shape input;
    private final List<Node> nodes;
    private final Loss loss;
    private final ParameterLayout layout;
    private final ParameterLayout statistics;

    private Network(Builder builder, Loss loss) {
        this.input = builder.input;
        this.nodes = List.copyOf(builder.nodes);
        this.loss = loss;
        this.layout = builder.parameters.build();
        this.statistics = builder.statistics.build();
    }

    private Network(Network other, Loss loss) {
        this.input = other.input;
        this.nodes = other.nodes;
        this.loss = loss;
        this.layout = other.layout;
        this.statistics = other.statistics;
    }

    /** Starts a network that takes examples of the given shape. */
    public static Builder builder(Shape input) {
        return new Builder(input);
    }

    /** Returns the same layers with another loss on their output. */
    public Network withLoss(Loss value) {
        return new Network(this, value);
    }

    /** Returns the shape of an example. */
    public Shape input() {
        return input;
    }

    /** Returns the nodes in topological order; the last one puts out the pre-activations z of the loss. */
    public List<Node> nodes() {
        return nodes;
    }

    /** Returns the loss. */
    public Loss loss() {
        return loss;
    }

    /** Returns the number of outputs K. */
    public int outputs() {
        return nodes.get(nodes.size() - 1).output().length();
    }

    /** Returns the flat order of the trainable parameters. */
    public ParameterLayout layout() {
        return layout;
    }

    /** Returns the flat order of the running statistics. */
    public ParameterLayout statistics() {
        return statistics;
    }

    /** Returns the index of the node called {@code name}. */
    public int node(String name) {
        for (int i = 0; i < nodes.size(); i++) {
            if (nodes.get(i).name().equals(name)) {
                return i;
            }
        }
        throw new IllegalArgumentException("no layer is called " + name + "; there are "
                + nodes.stream().map(Node::name).toList());
    }

    /** Returns the indices of the nodes that have parameters. */
    public List<Integer> parametricNodes() {
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            if (nodes.get(i).layer() instanceof ParametricLayer && !layout.of(i).isEmpty()) {
                found.add(i);
            }
        }
        return found;
    }

    /** Adds layers one after the other. */
    public static final class Builder {
        private final Shape input;
        private final List<Node> nodes = new ArrayList<>();
        private final Map<String, Integer> byName = new HashMap<>();
        private final ParameterLayout.Builder parameters = new ParameterLayout.Builder();
        private final ParameterLayout.Builder statistics = new ParameterLayout.Builder();

        private Builder(Shape input) {
            this.input = input;
        }

        /** Adds a layer after the last one added, or after the input. */
        public Builder add(String name, Layer layer) {
            return addNode(name, layer, List.of(nodes.size() - 1));
        }

        /**
         * Adds a layer that takes the outputs of named layers.
         *
         * @param inputs names of earlier layers, or "input" for what the network takes
         */
        public Builder add(String name, Layer layer, List<String> inputs) {
            return addNode(name, layer, inputs.stream().map(this::index).toList());
        }

        /** Returns the shape that the last layer added puts out. */
        public Shape lastShape() {
            return shapeOf(nodes.size() - 1);
        }

        /** Returns the name of the last layer added, or {@code input}. */
        public String lastName() {
            return nodes.isEmpty() ? "input" : nodes.get(nodes.size() - 1).name();
        }

        /** Finishes the network with a loss on the last layer's output. */
        public Network build(Loss loss) {
            checkArgument(!nodes.isEmpty(), "a network needs at least one layer");
            return new Network(this, loss);
        }

        private Builder addNode(String name, Layer layer, List<Integer> inputs) {
            checkArgument(
                    byName.putIfAbsent(name, nodes.size()) == null && !name.equals("input"),
                    "two layers are called %s",
                    name);
            checkArgument(inputs.stream().distinct().count() == inputs.size(), "layer %s takes one input twice", name);
            List<Shape> shapes = inputs.stream().map(this::shapeOf).toList();
            Shape output;
            try {
                output = layer.outputShape(shapes);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("layer " + name + ": " + e.getMessage(), e);
            }
            parameters.add(nodes.size(), name, layer.parameters(shapes));
            statistics.add(nodes.size(), name, layer.statistics(shapes));
            nodes.add(new Node(name, layer, inputs, output));
            return this;
        }

        private Shape shapeOf(int node) {
            return node == INPUT ? input : nodes.get(node).output();
        }

        private int index(String name) {
            if (name.equals("input")) {
                return INPUT;
            }
            Integer index = byName.get(name);
            checkArgument(index != null, "layer %s comes before it is defined", name);
            return index;
        }
    }
}
