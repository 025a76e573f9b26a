package org.expunge.influence.score.generalized;

import java.util.List;
import java.util.stream.IntStream;
import org.expunge.influence.network.KroneckerLayer;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.ParameterLayout;

/** The units of one layer (outputs of a dense layer, channels of a convolution) and the parameters of each. */
public final class LayerUnits {
    private final int node;
    private final String layer;
    private final int count;
    private final int width;
    private final int weight;
    private final int[] biases;

    private LayerUnits(int node, List<ParameterLayout.Entry> entries) {
        ParameterLayout.Entry weights = entries.stream()
                .filter(entry -> entry.tensor().shape().size() > 1)
                .findFirst()
                .orElseThrow();
        this.node = node;
        this.layer = weights.layer();
        this.count = weights.tensor().shape().get(0);
        this.width = weights.length() / count;
        this.weight = weights.offset();
        this.biases = entries.stream()
                .filter(entry -> entry.tensor().shape().size() == 1)
                .mapToInt(ParameterLayout.Entry::offset)
                .toArray();
    }

    /** Returns the dense layers and convolutions of a network, in order; other layers have no units. */
    public static List<LayerUnits> of(Network network) {
        return network.parametricNodes().stream()
                .filter(node -> network.nodes().get(node).layer() instanceof KroneckerLayer)
                .map(node -> new LayerUnits(node, network.layout().of(node)))
                .toList();
    }

    /** Returns the index of the layer's node in the network. */
    public int node() {
        return node;
    }

    /** Returns the layer's name. */
    public String layer() {
        return layer;
    }

    /** Returns how many units there are. */
    public int count() {
        return count;
    }

    /** Returns how many parameters each has: its weights and, if there are biases, its bias. */
    public int size() {
        return width + biases.length;
    }

    /**
     * Returns the parameters of a unit.
     *
     * @param unit in [0, count)
     * @return flat indices: weights first, then the bias
     */
    public int[] indices(int unit) {
        return IntStream.concat(weights(unit), IntStream.of(biases).map(bias -> bias + unit))
                .toArray();
    }

    IntStream weights(int unit) {
        int first = weight + unit * width;
        return IntStream.range(first, first + width);
    }
}
