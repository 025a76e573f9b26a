package org.expunge.influence.network.preset;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.ActivationLayer;
import org.expunge.influence.network.layer.Add;
import org.expunge.influence.network.layer.BatchNormalization;
import org.expunge.influence.network.layer.Convolution1D;
import org.expunge.influence.network.layer.Convolution2D;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.network.layer.Embedding;
import org.expunge.influence.network.layer.GlobalPooling;
import org.expunge.influence.network.layer.MaskedPooling;
import org.expunge.influence.network.layer.Padding;
import org.expunge.influence.network.layer.Pooling2D;
import org.expunge.influence.network.layer.PoolingKind;

/** Builds the networks that recipes name. Each ends in logits named {@code output}. */
public final class Presets {
    /** Hidden units of {@link #mlp(Shape, int)}. */
    public static final List<Integer> MLP_HIDDEN = List.of(64, 64);

    /** Images with shorter sides are padded, so that two 5 × 5 convolutions and two poolings fit. */
    private static final int SMALLEST_UNPADDED_LENET = 16;

    private static final int TEXT_VECTOR = 32;
    private static final int TEXT_CHANNELS = 64;

    private Presets() {}

    /**
     * Logistic regression: one dense layer. With 1 output its loss is the binary cross-entropy, else the softmax
     * cross-entropy, as in all presets.
     *
     * @param input shape of an example
     * @param outputs outputs, at least 1
     */
    public static Network logistic(Shape input, int outputs) {
        return output(Network.builder(input), outputs);
    }

    /** Two hidden ReLU layers of 64 units. */
    public static Network mlp(Shape input, int outputs) {
        return mlp(input, outputs, MLP_HIDDEN);
    }

    /**
     * Hidden ReLU layers of the given sizes.
     *
     * @param hidden units of each hidden layer, each at least 1
     */
    public static Network mlp(Shape input, int outputs, List<Integer> hidden) {
        Network.Builder builder = Network.builder(input);
        for (int i = 0; i < hidden.size(); i++) {
            builder.add("dense" + i, new Dense(hidden.get(i)));
            relu(builder, "relu" + i);
        }
        return output(builder, outputs);
    }

    /**
     * LeNet: 5 × 5 convolutions with 20 and 50 channels, each followed by 2 × 2 maximum pooling and ReLU (which
     * commute), and 500 ReLU units. Images smaller than 16 × 16 are padded to keep their size.
     *
     * <p><b>Source.</b> Y. LeCun et al., "Gradient-Based Learning Applied to Document Recognition", Proc. IEEE 86(11),
     * 1998, in the sizes of Caffe's and DL4J's MNIST example.
     */
    public static Network lenet(Shape input, int outputs) {
        checkArgument(
                Math.min(input.height(), input.width()) >= 4, "lenet needs images of at least 4 × 4, got %s", input);
        boolean isSmall = Math.min(input.height(), input.width()) < SMALLEST_UNPADDED_LENET;
        Padding padding = isSmall ? Padding.same() : Padding.none();
        Network.Builder builder = Network.builder(input)
                .add("conv0", new Convolution2D(20, 5, 1, padding))
                .add("pool0", new Pooling2D(PoolingKind.MAX, 2));
        relu(builder, "relu0");
        builder.add("conv1", new Convolution2D(50, 5, 1, padding)).add("pool1", new Pooling2D(PoolingKind.MAX, 2));
        relu(builder, "relu1");
        builder.add("dense", new Dense(500));
        relu(builder, "relu2");
        return output(builder, outputs);
    }

    /**
     * A residual network of 8 layers with weights on the longest path: a 3 × 3 convolution with 16 channels, three
     * blocks of two with 16, 32 and 64 channels (the last two halve the image), global average pooling and the output.
     *
     * <p><b>Source.</b> K. He et al., "Deep Residual Learning for Image Recognition", CVPR 2016, section 4.2 with n = 1
     * (two of its layers a stage), and 1 × 1 convolutions as shortcuts where sizes change.
     */
    public static Network resnet8(Shape input, int outputs) {
        Network.Builder builder = Network.builder(input);
        convolution(builder, "stem", 3, 16, 1);
        relu(builder, "stem-relu");
        block(builder, "block0", 16, 1);
        block(builder, "block1", 32, 2);
        block(builder, "block2", 64, 2);
        builder.add("pool", new GlobalPooling(PoolingKind.AVERAGE));
        return output(builder, outputs);
    }

    /**
     * Bag of words: a vector for each token, their mean over the sentence without its padding, and the output.
     *
     * @param input {@code 1 × 1 × length} token numbers
     * @param tokens how many tokens there are; 0 is padding
     */
    public static Network textMean(Shape input, int outputs, int tokens) {
        Network.Builder builder = Network.builder(input)
                .add("embedding", new Embedding(tokens, TEXT_VECTOR, true))
                .add("pool", new MaskedPooling(PoolingKind.AVERAGE), List.of("embedding", "input"));
        return output(builder, outputs);
    }

    /**
     * A convolution over 3 words at a time with 64 channels, ReLU, and each channel's maximum over the sentence without
     * its padding.
     *
     * <p><b>Source.</b> Y. Kim, "Convolutional Neural Networks for Sentence Classification", EMNLP 2014, with one
     * kernel size and vectors learned from nothing.
     *
     * @param input {@code 1 × 1 × length} token numbers
     * @param tokens how many tokens there are; 0 is padding
     */
    public static Network textConv(Shape input, int outputs, int tokens) {
        Network.Builder builder = Network.builder(input)
                .add("embedding", new Embedding(tokens, TEXT_VECTOR, true))
                .add("conv", new Convolution1D(TEXT_CHANNELS, 3));
        relu(builder, "conv-activation");
        builder.add("pool", new MaskedPooling(PoolingKind.MAX), List.of(builder.lastName(), "input"));
        return output(builder, outputs);
    }

    private static void block(Network.Builder builder, String name, int channels, int stride) {
        String input = builder.lastName();
        boolean isWider = builder.lastShape().channels() != channels || stride != 1;
        String shortcut = input;
        if (isWider) {
            convolution(builder, name + "-shortcut", 1, channels, stride);
            shortcut = builder.lastName();
        }
        builder.add(name + "-conv0", unbiased(3, channels, stride), List.of(input));
        builder.add(name + "-norm0", BatchNormalization.DEFAULT);
        relu(builder, name + "-relu0");
        convolution(builder, name + "-conv1", 3, channels, 1);
        builder.add(name + "-add", new Add(), List.of(builder.lastName(), shortcut));
        relu(builder, name + "-relu");
    }

    /** A convolution and its batch normalisation, which makes a bias pointless. */
    private static void convolution(Network.Builder builder, String name, int kernel, int channels, int stride) {
        builder.add(name, unbiased(kernel, channels, stride));
        builder.add(name + "-norm", BatchNormalization.DEFAULT);
    }

    private static Convolution2D unbiased(int kernel, int channels, int stride) {
        return new Convolution2D(channels, kernel, kernel, stride, stride, Padding.same(), 1, 1, false);
    }

    private static void relu(Network.Builder builder, String name) {
        builder.add(name, new ActivationLayer(Activation.RELU));
    }

    private static Network output(Network.Builder builder, int outputs) {
        return builder.add("output", new Dense(outputs))
                .build(outputs == 1 ? Loss.SIGMOID_CROSS_ENTROPY : Loss.SOFTMAX_CROSS_ENTROPY);
    }
}
