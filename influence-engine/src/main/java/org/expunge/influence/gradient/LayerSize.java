package org.expunge.influence.gradient;

import java.util.List;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.ParameterLayout;
import org.expunge.influence.network.ParametricLayer;
import org.expunge.influence.network.SparseLayer;

/**
 * The sizes of a layer.
 *
 * @param node its node
 * @param first flat index of its first parameter
 * @param parameters how many it has
 * @param inputs length of its input
 * @param outputs length of its output
 * @param isFactored whether its gradients are products of two factors
 * @param hasBias whether a factored layer has a bias
 * @param isSparse whether its gradients touch few columns of a table
 */
record LayerSize(
        int node,
        int first,
        int parameters,
        int inputs,
        int outputs,
        boolean isFactored,
        boolean hasBias,
        boolean isSparse) {
    static LayerSize of(Network network, int node) {
        List<ParameterLayout.Entry> entries = network.layout().of(node);
        int input = network.nodes().get(node).inputs().get(0);
        int inputs = (input == Network.INPUT
                        ? network.input()
                        : network.nodes().get(input).output())
                .length();
        ParametricLayer layer = (ParametricLayer) network.nodes().get(node).layer();
        return new LayerSize(
                node,
                entries.get(0).offset(),
                entries.stream().mapToInt(ParameterLayout.Entry::length).sum(),
                inputs,
                network.nodes().get(node).output().length(),
                layer.isFactored(),
                layer.hasBias(),
                layer instanceof SparseLayer);
    }

    /** Returns how many numbers of an example are kept to be multiplied with others. */
    long kept() {
        if (isSparse) {
            return 2L * (inputs + outputs); // doubles
        }
        return isFactored ? (long) columns() + outputs : parameters;
    }

    /** Returns in + 1, or in without a bias. */
    int columns() {
        return hasBias ? inputs + 1 : inputs;
    }
}
