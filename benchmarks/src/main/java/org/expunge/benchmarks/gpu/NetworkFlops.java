package org.expunge.benchmarks.gpu;

import org.expunge.influence.network.Network;
import org.expunge.influence.network.ParameterLayout;
import org.expunge.influence.network.TensorSpec;

/**
 * Counts a network's multiplications and additions a row: those of dense and convolution layers, which are nearly all.
 */
final class NetworkFlops {
    private final Network network;

    NetworkFlops(Network network) {
        this.network = network;
    }

    /** Returns those of a forward pass. */
    double forward() {
        return network.parametricNodes().stream().mapToDouble(this::ofProduct).sum();
    }

    /** Returns those of a backward pass with the weights' gradient; no derivative of the input is wanted. */
    double backward() {
        return network.parametricNodes().stream()
                .mapToDouble(node -> ofProduct(node) * (readsInput(node) ? 1 : 2))
                .sum();
    }

    /** Returns numbers that all layers put out for a row. */
    double outputs() {
        return network.nodes().stream()
                .mapToDouble(node -> node.output().length())
                .sum();
    }

    /**
     * Returns those of an EK-FAC fit with one drawn label a row, without decompositions: factors, two forward and two
     * backward passes, and gradients turned into the eigenvectors, those of a dense layer as two factors.
     */
    double ekfacFit() {
        double sum = 2 * (forward() + backward());
        for (int node : network.parametricNodes()) {
            double outputs = network.nodes().get(node).output().channels();
            double positions = network.nodes().get(node).output().length() / outputs;
            double inputs = weights(node) / outputs + 1;
            if (weights(node) > 0) {
                sum += 2 * positions * (inputs * inputs + outputs * outputs);
                sum += positions == 1
                        ? 2 * (inputs * inputs + outputs * outputs + outputs * inputs)
                        : 2 * outputs * inputs * (outputs + inputs);
            }
        }
        return sum;
    }

    private double ofProduct(int node) {
        Network.Node layer = network.nodes().get(node);
        double positions = (double) layer.output().height() * layer.output().width();
        return 2 * weights(node) * positions;
    }

    private boolean readsInput(int node) {
        return network.nodes().get(node).inputs().contains(Network.INPUT);
    }

    private double weights(int node) {
        return network.layout().of(node).stream()
                .filter(entry -> entry.tensor().role() == TensorSpec.Role.WEIGHT)
                .mapToDouble(ParameterLayout.Entry::length)
                .sum();
    }
}
