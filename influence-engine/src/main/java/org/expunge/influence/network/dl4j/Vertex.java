package org.expunge.influence.network.dl4j;

import java.util.List;
import java.util.Optional;

/**
 * One layer of a MultiLayerNetwork, or one vertex of a ComputationGraph, as the configuration has it.
 *
 * @param name its name; the configuration's input is {@link #INPUT}
 * @param settings of the layer, or of a vertex that is none
 * @param preProcessor applied to the only input before the layer
 * @param variables names of the layer's tensors, as DL4J listed them when it saved an initialised net
 * @param inputs names of earlier vertices, or {@link #INPUT}
 */
record Vertex(
        String name, Settings settings, Optional<Settings> preProcessor, List<String> variables, List<String> inputs) {
    /** What the network's input is called. */
    static final String INPUT = "input";

    Vertex {
        variables = List.copyOf(variables);
        inputs = List.copyOf(inputs);
    }
}
