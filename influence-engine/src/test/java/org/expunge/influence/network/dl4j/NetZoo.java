package org.expunge.influence.network.dl4j;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.dl4j.Specimen.Trust;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small nets made with DL4J's builders: every layer, loss, activation and vertex that can be read. */
final class NetZoo {
    static final Shape IMAGE = new Shape(2, 7, 6);

    private final DataType type;
    private final List<Specimen> specimens = new ArrayList<>();

    private NetZoo(DataType type) {
        this.type = type;
    }

    static List<Specimen> all(DataType type) {
        NetZoo zoo = new NetZoo(type);
        zoo.activations();
        zoo.losses();
        zoo.convolutions();
        zoo.poolings();
        zoo.normalisations();
        zoo.others();
        new SequenceZoo(type, zoo.specimens).fill();
        new GraphZoo(type, zoo.specimens).fill();
        zoo.channelsLast();
        return zoo.specimens;
    }

    private void activations() {
        for (Activation activation : List.of(
                Activation.IDENTITY,
                Activation.RELU,
                Activation.LEAKYRELU,
                Activation.ELU,
                Activation.GELU,
                Activation.TANH,
                Activation.SIGMOID,
                Activation.SOFTPLUS,
                Activation.SWISH)) {
            flat(
                    activation.name(),
                    Trust.ALL,
                    "softmax",
                    dense(4).activation(activation).build(),
                    softmax());
        }
        // 0.25, as DL4J holds a slope as a float; and its backward pass of ELU takes α for 1, whatever it is
        for (IActivation activation : List.of(new ActivationLReLU(0.25), new ActivationELU(0.7))) {
            Trust trust = activation instanceof ActivationLReLU ? Trust.ALL : Trust.INFERENCE;
            flat(
                    activation.toString(),
                    trust,
                    "softmax",
                    dense(4).activation(activation).build(),
                    softmax());
            flat(
                    "layer of " + activation,
                    trust,
                    "softmax",
                    dense(4).activation(Activation.IDENTITY).build(),
                    new ActivationLayer(activation),
                    softmax());
        }
    }

    private void losses() {
        Layer tanh = dense(4).activation(Activation.TANH).build();
        flat("logistic", Trust.ALL, "softmax", softmax());
        flat("nll", Trust.ALL, "softmax", tanh, output(LossFunction.NEGATIVELOGLIKELIHOOD, Activation.SOFTMAX));
        flat("xent", Trust.ALL, "sigmoid", tanh, output(LossFunction.XENT, Activation.SIGMOID));
        flat("mse", Trust.ALL, "real", tanh, output(LossFunction.MSE, Activation.IDENTITY));
        flat("l2", Trust.ALL, "real", tanh, output(LossFunction.L2, Activation.IDENTITY));
        flat(
                "no biases",
                Trust.ALL,
                "softmax",
                dense(4).hasBias(false).activation(Activation.TANH).build(),
                new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(3)
                        .hasBias(false)
                        .build());
        flat(
                "loss layer",
                Trust.ALL,
                "real",
                dense(3).activation(Activation.TANH).build(),
                new LossLayer.Builder(LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .build());
        flat(
                "softmax loss layer",
                Trust.ALL,
                "softmax",
                dense(3).activation(Activation.IDENTITY).build(),
                new LossLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .build());
    }

    private void convolutions() {
        image("convolution", Trust.ALL, convolution(3, 2).build(), softmax());
        image("strided", Trust.ALL, convolution(3, 2).stride(2, 1).build(), softmax());
        image("padded", Trust.ALL, convolution(3, 3).padding(1, 2).stride(2, 2).build(), softmax());
        image("same", Trust.ALL, same(convolution(3, 2)).build(), softmax());
        image("same strided", Trust.ALL, same(convolution(3, 3)).stride(2, 2).build(), softmax());
        image("dilated", Trust.ALL, convolution(2, 2).dilation(3, 2).build(), softmax());
        image("same dilated", Trust.ALL, same(convolution(2, 3)).dilation(2, 1).build(), softmax());
        image("unbiased", Trust.ALL, convolution(3, 2).hasBias(false).build(), softmax());
        image(
                "strict",
                Trust.ALL,
                convolution(3, 2).convolutionMode(ConvolutionMode.Strict).build(),
                softmax());
        image("two", Trust.ALL, convolution(3, 2).build(), convolution(2, 2).build(), softmax());
        image(
                "zero padding",
                Trust.ALL,
                new ZeroPaddingLayer.Builder(1, 2, 0, 3).build(),
                convolution(3, 2).build(),
                softmax());
        image(
                "to dense",
                Trust.ALL,
                convolution(3, 2).build(),
                dense(4).activation(Activation.TANH).build(),
                softmax());
        image("image to dense", Trust.ALL, dense(4).activation(Activation.TANH).build(), softmax());
    }

    private void poolings() {
        for (SubsamplingLayer.PoolingType kind :
                List.of(SubsamplingLayer.PoolingType.MAX, SubsamplingLayer.PoolingType.AVG)) {
            image(
                    "pool " + kind,
                    Trust.ALL,
                    convolution(3, 2).build(),
                    pool(kind).build(),
                    softmax());
            image(
                    "overlapping " + kind,
                    Trust.ALL,
                    pool(kind).kernelSize(3, 2).stride(2, 1).build(),
                    softmax());
            image(
                    "padded " + kind,
                    Trust.ALL,
                    convolution(3, 2).build(),
                    pool(kind).kernelSize(3, 3).padding(1, 1).build(),
                    softmax());
            image(
                    "same " + kind,
                    Trust.ALL,
                    convolution(3, 2).build(),
                    pool(kind)
                            .kernelSize(3, 3)
                            .stride(2, 2)
                            .convolutionMode(ConvolutionMode.Same)
                            .build(),
                    softmax());
        }
        image(
                "average counting padding",
                Trust.ALL,
                convolution(3, 2).build(),
                pool(SubsamplingLayer.PoolingType.AVG)
                        .kernelSize(3, 3)
                        .padding(1, 1)
                        .avgPoolIncludePadInDivisor(true)
                        .build(),
                softmax());
        for (PoolingType kind : List.of(PoolingType.MAX, PoolingType.AVG, PoolingType.SUM)) {
            image(
                    "global " + kind,
                    Trust.ALL,
                    convolution(4, 2).activation(Activation.TANH).build(),
                    new GlobalPoolingLayer(kind),
                    softmax());
        }
    }

    private void normalisations() {
        image(
                "batch norm",
                Trust.INFERENCE,
                convolution(3, 2).build(),
                new BatchNormalization.Builder().eps(1e-3).build(),
                softmax());
        image(
                "batch norm with variance",
                Trust.INFERENCE,
                convolution(3, 2).build(),
                new BatchNormalization.Builder().useLogStd(false).build(),
                softmax());
        image(
                "locked batch norm",
                Trust.INFERENCE,
                convolution(3, 2).build(),
                new BatchNormalization.Builder(true).build(),
                softmax());
        image(
                "batch norm first",
                Trust.INFERENCE,
                new BatchNormalization(),
                convolution(3, 2).build(),
                softmax());
        flat("flat batch norm", Trust.INFERENCE, "softmax", dense(4).build(), new BatchNormalization(), softmax());
        flat("flat batch norm first", Trust.INFERENCE, "softmax", new BatchNormalization(), softmax());
        image(
                "flattened batch norm",
                Trust.INFERENCE,
                convolution(3, 2).build(),
                dense(4).build(),
                new BatchNormalization(),
                softmax());
    }

    private void others() {
        flat("dropout", Trust.INFERENCE, "softmax", dense(4).dropOut(0.6).build(), softmax());
        flat("dropout layer", Trust.INFERENCE, "softmax", dense(4).build(), new DropoutLayer(0.5), softmax());
        image(
                "dropout on images",
                Trust.INFERENCE,
                convolution(3, 2).dropOut(0.5).build(),
                new DropoutLayer(0.9),
                softmax());
        list(
                "flat images",
                Trust.ALL,
                "softmax",
                Shape.flat(IMAGE.length()),
                InputType.convolutionalFlat(IMAGE.height(), IMAGE.width(), IMAGE.channels()),
                convolution(3, 2).build(),
                softmax());
    }

    private void channelsLast() {
        list(
                "channels last",
                Trust.ALL,
                "softmax",
                IMAGE,
                InputType.convolutional(IMAGE.height(), IMAGE.width(), IMAGE.channels(), CNN2DFormat.NHWC),
                convolution(3, 2).dataFormat(CNN2DFormat.NHWC).build(),
                pool(SubsamplingLayer.PoolingType.MAX)
                        .dataFormat(CNN2DFormat.NHWC)
                        .build(),
                dense(4).activation(Activation.TANH).build(),
                softmax());
        list(
                "channels last, pooled globally",
                Trust.INFERENCE,
                "softmax",
                IMAGE,
                InputType.convolutional(IMAGE.height(), IMAGE.width(), IMAGE.channels(), CNN2DFormat.NHWC),
                convolution(3, 2).dataFormat(CNN2DFormat.NHWC).build(),
                new BatchNormalization.Builder().dataFormat(CNN2DFormat.NHWC).build(),
                new GlobalPoolingLayer(PoolingType.AVG),
                softmax());
    }

    private void flat(String name, Trust trust, String loss, Layer... layers) {
        list(name, trust, loss, Shape.flat(5), InputType.feedForward(5), layers);
    }

    private void image(String name, Trust trust, Layer... layers) {
        InputType input = InputType.convolutional(IMAGE.height(), IMAGE.width(), IMAGE.channels());
        list(name, trust, "softmax", IMAGE, input, layers);
    }

    private void list(String name, Trust trust, String loss, Shape shape, InputType input, Layer... layers) {
        NeuralNetConfiguration.ListBuilder list =
                new NeuralNetConfiguration.Builder().seed(7).dataType(type).list();
        for (Layer layer : layers) {
            list.layer(layer);
        }
        MultiLayerNetwork net = new MultiLayerNetwork(list.setInputType(input).build());
        net.init();
        add(name, net, shape, loss, trust);
    }

    private void add(String name, NeuralNetwork net, Shape shape, String loss, Trust trust) {
        specimens.add(new Specimen(name, new Dl4jNet(net).shaken(specimens.size()), shape, loss, trust));
    }

    static DenseLayer.Builder dense(int outputs) {
        return new DenseLayer.Builder().nOut(outputs);
    }

    static ConvolutionLayer.Builder convolution(int outputs, int kernel) {
        return new ConvolutionLayer.Builder(kernel, 3).nOut(outputs).activation(Activation.SOFTPLUS);
    }

    static ConvolutionLayer.Builder same(ConvolutionLayer.Builder layer) {
        return layer.convolutionMode(ConvolutionMode.Same);
    }

    static SubsamplingLayer.Builder pool(SubsamplingLayer.PoolingType kind) {
        return new SubsamplingLayer.Builder(kind).kernelSize(2, 2).stride(2, 2);
    }

    static OutputLayer softmax() {
        return output(LossFunction.MCXENT, Activation.SOFTMAX);
    }

    static OutputLayer output(LossFunction loss, Activation activation) {
        return new OutputLayer.Builder(loss).nOut(3).activation(activation).build();
    }
}
