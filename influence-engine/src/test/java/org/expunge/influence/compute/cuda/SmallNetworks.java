package org.expunge.influence.compute.cuda;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.ActivationLayer;
import org.expunge.influence.network.layer.Convolution2D;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.network.layer.Dropout;
import org.expunge.influence.network.layer.Padding;
import org.expunge.influence.network.preset.Presets;

/** Networks of all kinds that an emulator takes little time for, and random rows for them. */
final class SmallNetworks {
    static final int CLASSES = 3;
    static final Shape IMAGE = new Shape(1, 4, 4);

    private static final int TOKENS = 11;
    private static final Shape SENTENCE = new Shape(1, 1, 5);

    private SmallNetworks() {}

    static Network convolution() {
        return Network.builder(IMAGE)
                .add("conv", new Convolution2D(2, 3, 1, Padding.same()))
                .add("relu", new ActivationLayer(Activation.RELU))
                .add("dense", new Dense(4))
                .add("tanh", new ActivationLayer(Activation.TANH))
                .add("output", new Dense(CLASSES))
                .build(Loss.SOFTMAX_CROSS_ENTROPY);
    }

    static Network dropout() {
        return Network.builder(Shape.flat(5))
                .add("first", new Dense(7))
                .add("tanh", new ActivationLayer(Activation.TANH))
                .add("dropout", new Dropout(0.6))
                .add("output", new Dense(CLASSES))
                .build(Loss.SOFTMAX_CROSS_ENTROPY);
    }

    /** A network whose tokens are looked up, which takes numbers to the host. */
    static Network text() {
        return Presets.textConv(SENTENCE, CLASSES, TOKENS);
    }

    /** Returns rows of random classes: of tokens if the network takes sentences, else normal ones. */
    static Dataset rows(Network network, int count) {
        Random random = new Random(count);
        int width = network.input().length();
        boolean isText = network.input().equals(SENTENCE);
        double[] x = new double[count * width];
        Arrays.setAll(x, i -> isText ? 1 + random.nextInt(TOKENS - 1) : random.nextGaussian());
        int[] labels =
                IntStream.range(0, count).map(i -> random.nextInt(CLASSES)).toArray();
        return Dataset.of("rows", network.input(), Features.of(x, width), Targets.classes(labels, CLASSES));
    }
}
