package org.expunge.influence.testkit;

import java.util.List;
import java.util.Random;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.ActivationLayer;
import org.expunge.influence.network.layer.Convolution1D;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.network.layer.Embedding;
import org.expunge.influence.network.layer.GlobalPooling;
import org.expunge.influence.network.layer.LayerNormalization;
import org.expunge.influence.network.layer.MaskedPooling;
import org.expunge.influence.network.layer.Merge;
import org.expunge.influence.network.layer.Padding;
import org.expunge.influence.network.layer.PoolingKind;

/** All kinds of layers of sequences in one network, and sequences of tokens for it. */
public final class SequenceLayers {
    /** Tokens that {@link #NETWORK} knows, padding included. */
    public static final int TOKENS = 6;

    private static final int LENGTH = 5;

    /** Takes 5 tokens and tells 3 classes apart. */
    public static final Network NETWORK = Network.builder(new Shape(1, 1, LENGTH))
            .add("embedding", new Embedding(TOKENS, 3, true))
            .add("conv", new Convolution1D(4, 3))
            .add("swish", new ActivationLayer(Activation.SWISH))
            .add("norm", new LayerNormalization(0.1, true))
            .add("mean", new MaskedPooling(PoolingKind.AVERAGE), List.of("norm", "input"))
            .add("max", new MaskedPooling(PoolingKind.MAX), List.of("norm", "input"))
            .add("total", new MaskedPooling(PoolingKind.SUM), List.of("embedding", "input"))
            .add("strided", new Convolution1D(2, 2, 2, Padding.none(), 1, false), List.of("embedding"))
            .add("all", new GlobalPooling(PoolingKind.AVERAGE))
            .add("merged", new Merge(), List.of("mean", "max", "total", "all"))
            .add("dense", new Dense(5, false))
            .add("flat", new LayerNormalization(0.05, false))
            .add("tanh", new ActivationLayer(Activation.TANH))
            .add("output", new Dense(3))
            .build(Loss.SOFTMAX_CROSS_ENTROPY);

    private SequenceLayers() {}

    /** Draws rows of 1 to 5 tokens, padded with 0 at the end; tokens repeat, for there are few. */
    public static Dataset rows(int rows, Random random) {
        double[] tokens = new double[rows * LENGTH];
        for (int i = 0; i < rows; i++) {
            int words = i == 0 ? LENGTH : 1 + random.nextInt(LENGTH);
            for (int t = 0; t < words; t++) {
                tokens[i * LENGTH + t] = 1 + random.nextInt(TOKENS - 1);
            }
        }
        tokens[1] = tokens[0];
        return Dataset.of(
                "sentences",
                NETWORK.input(),
                Features.of(tokens, LENGTH),
                Targets.classes(random.ints(rows, 0, 3).toArray(), 3));
    }
}
