package org.expunge.influence.testkit;

import java.util.List;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.ActivationLayer;
import org.expunge.influence.network.layer.Add;
import org.expunge.influence.network.layer.BatchNormalization;
import org.expunge.influence.network.layer.ChannelsFirst;
import org.expunge.influence.network.layer.ChannelsLast;
import org.expunge.influence.network.layer.Convolution2D;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.network.layer.Dropout;
import org.expunge.influence.network.layer.GlobalPooling;
import org.expunge.influence.network.layer.Merge;
import org.expunge.influence.network.layer.Padding;
import org.expunge.influence.network.layer.Pooling2D;
import org.expunge.influence.network.layer.PoolingKind;
import org.expunge.influence.network.layer.Reshape;
import org.expunge.influence.network.layer.RowNormalization;
import org.expunge.influence.network.layer.ZeroPadding;

/** All kinds of layers in one network, with strides, dilation, uneven padding and branches. */
public final class EveryLayer {
    /** Takes 2 × 6 × 5 images and tells 3 classes apart. */
    public static final Network NETWORK = Network.builder(new Shape(2, 6, 5))
            .add("padded", new ZeroPadding(1, 0, 0, 2))
            .add("conv", new Convolution2D(3, 3, 2, 1, 1, Padding.same(), 1, 2, true))
            .add("norm", new BatchNormalization(0.1, 0.8, false))
            .add("elu", new ActivationLayer(Activation.ELU))
            .add("max", new Pooling2D(PoolingKind.MAX, 3, 2, 2, 1, Padding.symmetric(1, 0), 1, 1, false))
            .add(
                    "average",
                    new Pooling2D(PoolingKind.AVERAGE, 3, 2, 2, 1, Padding.symmetric(1, 0), 1, 1, false),
                    List.of("elu"))
            .add("merged", new Merge(), List.of("average", "max"))
            .add("pointwise", new Convolution2D(4, 1, 1, 1, 1, Padding.none(), 1, 1, false))
            .add("strided", new Convolution2D(4, 1, 2, Padding.symmetric(0, 1)))
            .add("swish", new ActivationLayer(Activation.SWISH))
            .add("last", new ChannelsLast())
            .add("row", new RowNormalization(0.1))
            .add("dropout", new Dropout(0.7))
            .add("dense", new Dense(12))
            .add("image", new Reshape(new Shape(3, 2, 2)))
            .add("fixed", new BatchNormalization(0.2, 0.8, true))
            .add("sum", new Add(), List.of("fixed", "image"))
            .add("first", new ChannelsFirst(new Shape(2, 3, 2)))
            .add("global", new GlobalPooling(PoolingKind.SUM))
            .add("output", new Dense(3, false))
            .build(Loss.SOFTMAX_CROSS_ENTROPY);

    private EveryLayer() {}
}
