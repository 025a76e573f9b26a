package org.expunge.influence.testkit;

import java.util.Arrays;
import java.util.Random;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.compute.reference.ReferenceCompute;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.ActivationLayer;
import org.expunge.influence.network.layer.BatchNormalization;
import org.expunge.influence.network.layer.Convolution2D;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.network.layer.Padding;

/** Tiny smooth networks with random numbers, and random rows for them. */
public final class SmallProblems {
    private static final int CLASSES = 3;

    private SmallProblems() {}

    /** Returns an engine of the reference backend. */
    public static Engine reference(int workers, int tile) {
        return new Engine(new ReferenceCompute(), new Workers(workers), tile);
    }

    /** Returns a dense tanh network of 5 inputs and 3 classes. */
    public static Model dense(long seed) {
        return of(
                Network.builder(Shape.flat(5))
                        .add("hidden", new Dense(4))
                        .add("tanh", new ActivationLayer(Activation.TANH))
                        .add("plain", new Dense(4, false))
                        .add("softplus", new ActivationLayer(Activation.SOFTPLUS))
                        .add("output", new Dense(CLASSES))
                        .build(Loss.SOFTMAX_CROSS_ENTROPY),
                seed);
    }

    /** Returns a network of 2 × 5 × 4 inputs with a convolution, a batch normalisation and a dense layer. */
    public static Model convolutional(long seed) {
        return of(
                Network.builder(new Shape(2, 5, 4))
                        .add("convolution", new Convolution2D(3, 3, 1, Padding.symmetric(1, 1)))
                        .add("normalisation", new BatchNormalization(1e-5, 0.9, false))
                        .add("tanh", new ActivationLayer(Activation.TANH))
                        .add("output", new Dense(CLASSES))
                        .build(Loss.SOFTMAX_CROSS_ENTROPY),
                seed);
    }

    /** Returns {@code n} random rows for a model, each of a random class. */
    public static Dataset rows(Model model, int n, long seed) {
        Random random = new Random(seed);
        Shape shape = model.network().input();
        double[] x = new double[n * shape.length()];
        Arrays.setAll(x, i -> random.nextGaussian());
        int[] labels = new int[n];
        Arrays.setAll(labels, i -> random.nextInt(model.network().outputs()));
        return Dataset.of(
                "rows-" + seed,
                shape,
                Features.of(x, shape.length()),
                Targets.classes(labels, model.network().outputs()));
    }

    /** Returns a network with random parameters, and statistics above 0. */
    public static Model of(Network network, long seed) {
        Random random = new Random(seed);
        double[] parameters = new double[network.layout().length()];
        Arrays.setAll(parameters, i -> 0.5 * random.nextGaussian());
        double[] statistics = new double[network.statistics().length()];
        Arrays.setAll(statistics, i -> 0.5 + random.nextDouble());
        return new Model(network, parameters, statistics);
    }

    /**
     * Returns {@code n} rows of 3 classes in 4 dimensions, normal about a centre for each class.
     *
     * @param distance from 0 to a class's centre
     * @param deviation of a coordinate
     */
    public static Dataset clusters(int n, double distance, double deviation, long seed) {
        Random random = new Random(seed);
        double[] x = new double[4 * n];
        int[] labels = random.ints(n, 0, CLASSES).toArray();
        Arrays.setAll(x, j -> (labels[j / 4] == j % 4 ? distance : 0) + deviation * random.nextGaussian());
        return Dataset.of("clusters-" + seed, Shape.flat(4), Features.of(x, 4), Targets.classes(labels, CLASSES));
    }
}
