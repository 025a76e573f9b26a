package org.expunge.influence.curvature.kronecker;

import java.util.ArrayList;
import java.util.List;
import org.expunge.influence.network.KroneckerLayer;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.ParameterLayout;
import org.expunge.influence.network.TensorSpec;

/**
 * Where the parameters of one layer lie, seen as a matrix {@code out × (in + 1)} whose last column is the bias.
 *
 * @param node the layer's node
 * @param name its name
 * @param outputs rows
 * @param inputs columns without the bias
 * @param weight flat index of the first weight; they are row-major
 * @param bias flat index of the first bias, or −1
 * @param first flat index of the layer's first parameter
 */
record KroneckerShape(int node, String name, int outputs, int inputs, int weight, int bias, int first) {
    /** Returns the layers of a network that have such a matrix. */
    static List<KroneckerShape> of(Network network) {
        List<KroneckerShape> shapes = new ArrayList<>();
        for (int node : network.parametricNodes()) {
            if (network.nodes().get(node).layer() instanceof KroneckerLayer) {
                shapes.add(of(network, node));
            }
        }
        return shapes;
    }

    private static KroneckerShape of(Network network, int node) {
        List<ParameterLayout.Entry> entries = network.layout().of(node);
        int bias = -1;
        int weight = -1;
        int outputs = 0;
        int inputs = 0;
        for (ParameterLayout.Entry entry : entries) {
            if (entry.tensor().role() == TensorSpec.Role.WEIGHT) {
                weight = entry.offset();
                outputs = entry.tensor().shape().get(0);
                inputs = entry.length() / outputs;
            } else {
                bias = entry.offset();
            }
        }
        String name = network.nodes().get(node).name();
        return new KroneckerShape(
                node, name, outputs, inputs, weight, bias, entries.get(0).offset());
    }

    /** Returns whether the layer has one position, so that a row's gradient is a product of two factors. */
    boolean isFactored(Network network) {
        return network.nodes().get(node).layer() instanceof KroneckerLayer layer && layer.isFactored();
    }

    boolean hasBias() {
        return bias >= 0;
    }

    /** Returns in + 1, or in without a bias. */
    int columns() {
        return inputs + (hasBias() ? 1 : 0);
    }

    /** Returns how many parameters there are. */
    int length() {
        return outputs * columns();
    }

    /** Copies the layer's part of a flat vector, times {@code scale}, into a matrix. */
    double[] gather(double[] flat, double scale) {
        return gather(flat, 0, scale);
    }

    /** As {@link #gather(double[], double)} from a vector that starts at flat index {@code from}. */
    double[] gather(double[] flat, int from, double scale) {
        double[] matrix = new double[length()];
        for (int i = 0; i < outputs; i++) {
            for (int j = 0; j < inputs; j++) {
                matrix[i * columns() + j] = scale * flat[weight - from + i * inputs + j];
            }
            if (hasBias()) {
                matrix[i * columns() + inputs] = scale * flat[bias - from + i];
            }
        }
        return matrix;
    }

    /** Copies a matrix, times {@code scale}, to its places in a flat vector. */
    void scatter(double[] matrix, double scale, double[] flat) {
        scatter(matrix, scale, flat, 0);
    }

    /** As {@link #scatter(double[], double, double[])} to a vector that starts at flat index {@code from}. */
    void scatter(double[] matrix, double scale, double[] flat, int from) {
        for (int i = 0; i < outputs; i++) {
            for (int j = 0; j < inputs; j++) {
                flat[weight - from + i * inputs + j] = scale * matrix[i * columns() + j];
            }
            if (hasBias()) {
                flat[bias - from + i] = scale * matrix[i * columns() + inputs];
            }
        }
    }
}
