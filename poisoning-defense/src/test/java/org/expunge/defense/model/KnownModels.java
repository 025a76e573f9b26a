package org.expunge.defense.model;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.BatchNormalization;
import org.expunge.influence.network.layer.Dense;

/** Models whose answers can be worked out by hand. */
final class KnownModels {
    private KnownModels() {}

    static Engine engine() {
        return new Engine(Backends.create("reference"), new Workers(2), 16);
    }

    /** Logits {@code W x + b}, with one row of W a class. */
    static Model linear(double[][] weights, double... bias) {
        int width = weights[0].length;
        Network network = Network.builder(Shape.flat(width))
                .add("out", new Dense(weights.length))
                .build(Loss.SOFTMAX_CROSS_ENTROPY);
        double[] flat = new double[weights.length * (width + 1)];
        for (int k = 0; k < weights.length; k++) {
            System.arraycopy(weights[k], 0, flat, k * width, width);
            flat[weights.length * width + k] = bias.length == 0 ? 0 : bias[k];
        }
        return new Model(network, flat, new double[0]);
    }

    /**
     * One feature through {@code layers} normalisations that change nothing, then logits {@code (0, slope (x − 2))}.
     */
    static Model normalised(int layers, double slope) {
        double epsilon = 1e-5;
        Network.Builder builder = Network.builder(Shape.flat(1));
        for (int l = 0; l < layers; l++) {
            builder.add("norm" + l, new BatchNormalization(epsilon, 0.9, false));
        }
        Network network = builder.add("out", new Dense(2)).build(Loss.SOFTMAX_CROSS_ENTROPY);
        double[] parameters = new double[2 * layers + 4];
        double[] statistics = new double[2 * layers];
        for (int l = 0; l < layers; l++) {
            parameters[2 * l] = 1;
            statistics[2 * l + 1] = 1 - epsilon;
        }
        parameters[2 * layers + 1] = slope;
        parameters[2 * layers + 3] = -2 * slope;
        return new Model(network, parameters, statistics);
    }

    static Dataset rows(int classes, int label, double[]... rows) {
        int[] labels = new int[rows.length];
        Arrays.fill(labels, label);
        double[] flat = Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
        int width = rows.length == 0 ? 1 : rows[0].length;
        return Dataset.of("rows", Shape.flat(width), Features.of(flat, width), Targets.classes(labels, classes));
    }

    static double[][] column(double... values) {
        return IntStream.range(0, values.length)
                .mapToObj(i -> new double[] {values[i]})
                .toArray(double[][]::new);
    }
}
