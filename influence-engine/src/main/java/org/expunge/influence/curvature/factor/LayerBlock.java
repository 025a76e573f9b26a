package org.expunge.influence.curvature.factor;

import java.util.List;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.ParameterLayout;

/**
 * Where the parameters of one layer lie: one behind the other in the flat order.
 *
 * @param node index of its node
 * @param name its name
 * @param first flat index of its first parameter
 * @param length how many there are
 */
record LayerBlock(int node, String name, int first, int length) {
    /** Returns the layers that have parameters, in the network's order. */
    static List<LayerBlock> of(Network network) {
        return network.parametricNodes().stream().map(node -> of(network, node)).toList();
    }

    static LayerBlock of(Network network, int node) {
        List<ParameterLayout.Entry> entries = network.layout().of(node);
        int length = entries.stream().mapToInt(ParameterLayout.Entry::length).sum();
        return new LayerBlock(
                node, network.nodes().get(node).name(), entries.get(0).offset(), length);
    }
}
