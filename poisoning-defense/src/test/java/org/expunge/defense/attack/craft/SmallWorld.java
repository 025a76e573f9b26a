package org.expunge.defense.attack.craft;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.compute.reference.ReferenceCompute;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Initializer;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.ActivationLayer;
import org.expunge.influence.network.layer.Dense;

/** A smooth network of 6 inputs, 5 and 4 hidden units and 3 classes in double, and a few raw rows for it. */
final class SmallWorld {
    static final Engine ENGINE = new Engine(new ReferenceCompute(), new Workers(1), 4);

    private SmallWorld() {}

    static Dataset rows(int count) {
        double[] values = new SplittableRandom(11).doubles(6L * count, 0, 8).toArray();
        int[] labels = IntStream.range(0, count).map(i -> i % 3).toArray();
        return Dataset.of("rows", Shape.flat(6), Features.of(values, 6), Targets.classes(labels, 3));
    }

    static Surrogate surrogate() {
        Network network = Network.builder(Shape.flat(6))
                .add("first", new Dense(5))
                .add("tanh", new ActivationLayer(Activation.TANH))
                .add("second", new Dense(4))
                .add("sigmoid", new ActivationLayer(Activation.SIGMOID))
                .add("last", new Dense(3))
                .build(Loss.SOFTMAX_CROSS_ENTROPY);
        Normalizer standard = Normalizer.fit(rows(12), Normalizer.Options.DEFAULT);
        return new Surrogate(ENGINE, Initializer.XAVIER.initialise(network, 3), standard);
    }

    static List<Double> victim() {
        return Arrays.stream(rows(13).row(12)).boxed().toList();
    }

    static Bound bound(double epsilon) {
        return Bound.maximum(epsilon, FeatureRanges.of(rows(12)));
    }

    /** Returns rows of one feature moved. */
    static Dataset nudged(Dataset rows, int row, int feature, double by) {
        double[][] x = Bound.read(rows);
        x[row][feature] += by;
        return Bound.with(rows, x);
    }

    /** Returns the farthest that a feature moved, as a share of its range. */
    static double farthest(Dataset from, Dataset to) {
        FeatureRanges ranges = FeatureRanges.of(rows(12));
        double farthest = 0;
        for (int i = 0; i < from.size(); i++) {
            for (int j = 0; j < 6; j++) {
                farthest = Math.max(farthest, Math.abs(from.row(i)[j] - to.row(i)[j]) / ranges.span(j));
            }
        }
        return farthest;
    }
}
