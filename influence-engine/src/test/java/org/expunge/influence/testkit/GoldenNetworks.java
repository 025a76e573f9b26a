package org.expunge.influence.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.ParameterLayout;
import org.expunge.influence.network.layer.ActivationLayer;
import org.expunge.influence.network.layer.Add;
import org.expunge.influence.network.layer.BatchNormalization;
import org.expunge.influence.network.layer.Convolution2D;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.network.layer.GlobalPooling;
import org.expunge.influence.network.layer.Padding;
import org.expunge.influence.network.layer.Pooling2D;
import org.expunge.influence.network.layer.PoolingKind;

/** Golden cases as models and data sets; the tensors of layer {@code i} are called {@code i.W}, as in the files. */
public final class GoldenNetworks {
    private static final Map<String, Loss> LOSSES = Map.of(
            "mcxent", Loss.SOFTMAX_CROSS_ENTROPY,
            "xent", Loss.SIGMOID_CROSS_ENTROPY,
            "mse", Loss.MEAN_SQUARED_ERROR);

    private GoldenNetworks() {}

    /** Returns the case's network with its parameters and stored statistics. */
    public static Model model(GoldenCase golden) {
        Network network = network(golden);
        double[] parameters = fromGoldenOrder(golden, network, golden.flatParameters());
        double[] statistics = new double[network.statistics().length()];
        for (ParameterLayout.Entry entry : network.statistics().entries()) {
            GoldenLayer layer = golden.layers().get(Integer.parseInt(entry.layer()));
            System.arraycopy(layer.numbers(entry.tensor().name()), 0, statistics, entry.offset(), entry.length());
        }
        return new Model(network, parameters, statistics);
    }

    /** Returns the training rows. */
    public static Dataset train(GoldenCase golden) {
        return dataset(golden.name() + "-train", golden.train());
    }

    /** Returns the test rows. */
    public static Dataset test(GoldenCase golden) {
        return dataset(golden.name() + "-test", golden.test());
    }

    /** Reorders a flat vector of the files into the order of {@link Network#layout}. */
    public static double[] fromGoldenOrder(GoldenCase golden, Network network, double[] flat) {
        double[] ours = new double[flat.length];
        int from = 0;
        for (String name : golden.parameterOrder()) {
            ParameterLayout.Entry entry = network.layout().entry(name);
            System.arraycopy(flat, from, ours, entry.offset(), entry.length());
            from += entry.length();
        }
        network.layout().check(ours);
        return ours;
    }

    private static Dataset dataset(String name, GoldenCase.Samples samples) {
        double[] y = samples.y().values();
        return Dataset.of(
                name,
                shape(samples),
                Features.of(samples.x().values(), shape(samples).length()),
                Targets.real(y, y.length / samples.rows()));
    }

    private static Shape shape(GoldenCase.Samples samples) {
        int[] sides = samples.x().shape();
        return sides.length == 2 ? Shape.flat(sides[1]) : new Shape(sides[1], sides[2], sides[3]);
    }

    private static Network network(GoldenCase golden) {
        Network.Builder builder = Network.builder(shape(golden.train()));
        List<String> outputs = new ArrayList<>();
        for (GoldenLayer layer : golden.layers()) {
            add(builder, layer, outputs);
            outputs.add(builder.lastName());
        }
        return builder.build(Objects.requireNonNull(LOSSES.get(golden.loss())));
    }

    private static void add(Network.Builder builder, GoldenLayer layer, List<String> outputs) {
        String name = Integer.toString(layer.index());
        switch (layer.type()) {
            case "dense" -> builder.add(name, new Dense(layer.integer("out")));
            case "output" -> builder.add(name, new Dense(layer.integer("out"))); // its activation is in the loss
            case "conv" -> builder.add(name, convolution(layer));
            case "maxpool" -> builder.add(name, new Pooling2D(PoolingKind.MAX, layer.integer("kernel")));
            case "batchnorm" -> builder.add(name, new BatchNormalization(layer.number("eps"), 0.9, false));
            case "add" ->
                builder.add(name, new Add(), Arrays.asList(builder.lastName(), outputs.get(layer.integer("with"))));
            case "globalavgpool" -> builder.add(name, new GlobalPooling(PoolingKind.AVERAGE));
            case "activation" -> builder.add(name, activation(layer));
            default -> throw new IllegalArgumentException("unknown golden layer " + layer.type());
        }
        boolean isInLayer = layer.type().equals("dense") || layer.type().equals("conv");
        if (isInLayer && !layer.activation().equals("identity")) {
            builder.add(name + "-activation", activation(layer));
        }
    }

    private static Convolution2D convolution(GoldenLayer layer) {
        int pad = layer.integer("pad", 0);
        return new Convolution2D(
                layer.integer("out"), layer.integer("kernel"), layer.integer("stride", 1), Padding.symmetric(pad, pad));
    }

    private static ActivationLayer activation(GoldenLayer layer) {
        return new ActivationLayer(Activation.valueOf(layer.activation().toUpperCase(Locale.ROOT)));
    }
}
