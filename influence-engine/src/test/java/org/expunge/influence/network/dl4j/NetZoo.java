package org.expunge.influence.network.dl4j;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
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
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.expunge.influence.data.Shape;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small nets made with DL4J's builders: every layer, loss, activation and vertex that can be read. */
final class NetZoo {
    static final Shape IMAGE = new Shape(2, 7, 6);

    /**
     * One net.
     *
     * @param name for the test report
     * @param net the net, initialised
     * @param input shape of an example
     * @param loss what targets suit it
     * @param isDeterministic whether its training pass equals its inference: no dropout, no batch statistics
     */
    record Specimen(String name, Dl4jNet net, Shape input, String loss, boolean isDeterministic) {
        @Override
        public String toString() {
            return name;
        }
    }

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
        zoo.graphs();
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
                    true,
                    "softmax",
                    dense(4).activation(activation).build(),
                    softmax());
        }
        // 0.25, as DL4J holds a slope as a float; and its backward pass of ELU takes α for 1, whatever it is
        for (IActivation activation : List.of(new ActivationLReLU(0.25), new ActivationELU(0.7))) {
            boolean isRight = activation instanceof ActivationLReLU;
            flat(
                    activation.toString(),
                    isRight,
                    "softmax",
                    dense(4).activation(activation).build(),
                    softmax());
            flat(
                    "layer of " + activation,
                    isRight,
                    "softmax",
                    dense(4).activation(Activation.IDENTITY).build(),
                    new ActivationLayer(activation),
                    softmax());
        }
    }

    private void losses() {
        Layer tanh = dense(4).activation(Activation.TANH).build();
        flat("logistic", true, "softmax", softmax());
        flat("nll", true, "softmax", tanh, output(LossFunction.NEGATIVELOGLIKELIHOOD, Activation.SOFTMAX));
        flat("xent", true, "sigmoid", tanh, output(LossFunction.XENT, Activation.SIGMOID));
        flat("mse", true, "real", tanh, output(LossFunction.MSE, Activation.IDENTITY));
        flat("l2", true, "real", tanh, output(LossFunction.L2, Activation.IDENTITY));
        flat(
                "no biases",
                true,
                "softmax",
                dense(4).hasBias(false).activation(Activation.TANH).build(),
                new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(3)
                        .hasBias(false)
                        .build());
        flat(
                "loss layer",
                true,
                "real",
                dense(3).activation(Activation.TANH).build(),
                new LossLayer.Builder(LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .build());
        flat(
                "softmax loss layer",
                true,
                "softmax",
                dense(3).activation(Activation.IDENTITY).build(),
                new LossLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .build());
    }

    private void convolutions() {
        image("convolution", true, convolution(3, 2).build(), softmax());
        image("strided", true, convolution(3, 2).stride(2, 1).build(), softmax());
        image("padded", true, convolution(3, 3).padding(1, 2).stride(2, 2).build(), softmax());
        image("same", true, same(convolution(3, 2)).build(), softmax());
        image("same strided", true, same(convolution(3, 3)).stride(2, 2).build(), softmax());
        image("dilated", true, convolution(2, 2).dilation(3, 2).build(), softmax());
        image("same dilated", true, same(convolution(2, 3)).dilation(2, 1).build(), softmax());
        image("unbiased", true, convolution(3, 2).hasBias(false).build(), softmax());
        image(
                "strict",
                true,
                convolution(3, 2).convolutionMode(ConvolutionMode.Strict).build(),
                softmax());
        image("two", true, convolution(3, 2).build(), convolution(2, 2).build(), softmax());
        image(
                "zero padding",
                true,
                new ZeroPaddingLayer.Builder(1, 2, 0, 3).build(),
                convolution(3, 2).build(),
                softmax());
        image(
                "to dense",
                true,
                convolution(3, 2).build(),
                dense(4).activation(Activation.TANH).build(),
                softmax());
        image("image to dense", true, dense(4).activation(Activation.TANH).build(), softmax());
    }

    private void poolings() {
        for (SubsamplingLayer.PoolingType kind :
                List.of(SubsamplingLayer.PoolingType.MAX, SubsamplingLayer.PoolingType.AVG)) {
            image("pool " + kind, true, convolution(3, 2).build(), pool(kind).build(), softmax());
            image(
                    "overlapping " + kind,
                    true,
                    pool(kind).kernelSize(3, 2).stride(2, 1).build(),
                    softmax());
            image(
                    "padded " + kind,
                    true,
                    convolution(3, 2).build(),
                    pool(kind).kernelSize(3, 3).padding(1, 1).build(),
                    softmax());
            image(
                    "same " + kind,
                    true,
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
                true,
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
                    true,
                    convolution(4, 2).activation(Activation.TANH).build(),
                    new GlobalPoolingLayer(kind),
                    softmax());
        }
    }

    private void normalisations() {
        image(
                "batch norm",
                false,
                convolution(3, 2).build(),
                new BatchNormalization.Builder().eps(1e-3).build(),
                softmax());
        image(
                "batch norm with variance",
                false,
                convolution(3, 2).build(),
                new BatchNormalization.Builder().useLogStd(false).build(),
                softmax());
        image(
                "locked batch norm",
                false,
                convolution(3, 2).build(),
                new BatchNormalization.Builder(true).build(),
                softmax());
        image(
                "batch norm first",
                false,
                new BatchNormalization(),
                convolution(3, 2).build(),
                softmax());
        flat("flat batch norm", false, "softmax", dense(4).build(), new BatchNormalization(), softmax());
        flat("flat batch norm first", false, "softmax", new BatchNormalization(), softmax());
        image(
                "flattened batch norm",
                false,
                convolution(3, 2).build(),
                dense(4).build(),
                new BatchNormalization(),
                softmax());
    }

    private void others() {
        flat("dropout", false, "softmax", dense(4).dropOut(0.6).build(), softmax());
        flat("dropout layer", false, "softmax", dense(4).build(), new DropoutLayer(0.5), softmax());
        image("dropout on images", false, convolution(3, 2).dropOut(0.5).build(), new DropoutLayer(0.9), softmax());
        list(
                "flat images",
                true,
                "softmax",
                Shape.flat(IMAGE.length()),
                InputType.convolutionalFlat(IMAGE.height(), IMAGE.width(), IMAGE.channels()),
                convolution(3, 2).build(),
                softmax());
    }

    private void graphs() {
        graph(
                "residual",
                true,
                IMAGE,
                g -> g.addLayer("a", same(convolution(3, 3)).build(), "in")
                        .addLayer("b", same(convolution(3, 3)).build(), "a")
                        .addVertex("add", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a", "b")
                        .addLayer("relu", new ActivationLayer(Activation.RELU), "add")
                        .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "relu")
                        .addLayer("out", softmax(), "pool"));
        graph(
                "residual batch norm",
                false,
                IMAGE,
                g -> g.addLayer("a", same(convolution(3, 3)).build(), "in")
                        .addLayer("n", new BatchNormalization(), "a")
                        .addLayer("relu", new ActivationLayer(Activation.RELU), "n")
                        .addLayer("b", same(convolution(3, 3)).build(), "relu")
                        .addVertex("add", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a", "b")
                        .addLayer("d", dense(4).activation(Activation.ELU).build(), "add")
                        .addLayer("out", softmax(), "d"));
        graph(
                "merged images",
                true,
                IMAGE,
                g -> g.addLayer("a", same(convolution(2, 3)).build(), "in")
                        .addLayer("b", same(convolution(3, 2)).build(), "in")
                        .addVertex("merge", new MergeVertex(), "b", "in", "a")
                        .addLayer("out", softmax(), "merge"));
        graph(
                "merged rows",
                true,
                Shape.flat(5),
                g -> g.addLayer("z", dense(2).activation(Activation.TANH).build(), "in")
                        .addLayer("a", dense(3).activation(Activation.SIGMOID).build(), "in")
                        .addVertex("merge", new MergeVertex(), "z", "a")
                        .addLayer("out", softmax(), "merge"));
    }

    private void flat(String name, boolean isDeterministic, String loss, Layer... layers) {
        list(name, isDeterministic, loss, Shape.flat(5), InputType.feedForward(5), layers);
    }

    private void image(String name, boolean isDeterministic, Layer... layers) {
        InputType input = InputType.convolutional(IMAGE.height(), IMAGE.width(), IMAGE.channels());
        list(name, isDeterministic, "softmax", IMAGE, input, layers);
    }

    private void list(
            String name, boolean isDeterministic, String loss, Shape shape, InputType input, Layer... layers) {
        NeuralNetConfiguration.ListBuilder list =
                new NeuralNetConfiguration.Builder().seed(7).dataType(type).list();
        for (Layer layer : layers) {
            list.layer(layer);
        }
        MultiLayerNetwork net = new MultiLayerNetwork(list.setInputType(input).build());
        net.init();
        add(name, net, shape, loss, isDeterministic);
    }

    private void graph(
            String name,
            boolean isDeterministic,
            Shape shape,
            UnaryOperator<ComputationGraphConfiguration.GraphBuilder> build) {
        InputType input = shape.isFlat()
                ? InputType.feedForward(shape.length())
                : InputType.convolutional(shape.height(), shape.width(), shape.channels());
        ComputationGraphConfiguration.GraphBuilder builder = new NeuralNetConfiguration.Builder()
                .seed(7)
                .dataType(type)
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(input)
                .setOutputs("out");
        ComputationGraph net = new ComputationGraph(build.apply(builder).build());
        net.init();
        add(name, net, shape, "softmax", isDeterministic);
    }

    private void add(String name, NeuralNetwork net, Shape shape, String loss, boolean isDeterministic) {
        specimens.add(new Specimen(name, new Dl4jNet(net).shaken(specimens.size()), shape, loss, isDeterministic));
    }

    private static DenseLayer.Builder dense(int outputs) {
        return new DenseLayer.Builder().nOut(outputs);
    }

    private static ConvolutionLayer.Builder convolution(int outputs, int kernel) {
        return new ConvolutionLayer.Builder(kernel, 3).nOut(outputs).activation(Activation.SOFTPLUS);
    }

    private static ConvolutionLayer.Builder same(ConvolutionLayer.Builder layer) {
        return layer.convolutionMode(ConvolutionMode.Same);
    }

    private static SubsamplingLayer.Builder pool(SubsamplingLayer.PoolingType kind) {
        return new SubsamplingLayer.Builder(kind).kernelSize(2, 2).stride(2, 2);
    }

    private static OutputLayer softmax() {
        return output(LossFunction.MCXENT, Activation.SOFTMAX);
    }

    private static OutputLayer output(LossFunction loss, Activation activation) {
        return new OutputLayer.Builder(loss).nOut(3).activation(activation).build();
    }
}
