package org.expunge.influence.network.dl4j;

import static org.expunge.influence.network.dl4j.NetZoo.convolution;
import static org.expunge.influence.network.dl4j.NetZoo.dense;
import static org.expunge.influence.network.dl4j.NetZoo.same;
import static org.expunge.influence.network.dl4j.NetZoo.softmax;

import java.util.List;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.dl4j.Specimen.Trust;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;

/** Small ComputationGraphs: every vertex that can be read. */
final class GraphZoo {
    private static final Shape IMAGE = NetZoo.IMAGE;

    private final DataType type;
    private final List<Specimen> specimens;

    GraphZoo(DataType type, List<Specimen> specimens) {
        this.type = type;
        this.specimens = specimens;
    }

    void fill() {
        graph(
                "residual",
                Trust.ALL,
                IMAGE,
                g -> g.addLayer("a", same(convolution(3, 3)).build(), "in")
                        .addLayer("b", same(convolution(3, 3)).build(), "a")
                        .addVertex("add", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a", "b")
                        .addLayer("relu", new ActivationLayer(Activation.RELU), "add")
                        .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "relu")
                        .addLayer("out", softmax(), "pool"));
        graph(
                "residual batch norm",
                Trust.INFERENCE,
                IMAGE,
                g -> g.addLayer("a", same(convolution(3, 3)).build(), "in")
                        .addLayer("n", new BatchNormalization(), "a")
                        .addLayer("relu", new ActivationLayer(Activation.RELU), "n")
                        .addLayer("b", same(convolution(3, 3)).build(), "relu")
                        .addVertex("add", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a", "b")
                        .addLayer("d", dense(4).activation(Activation.ELU).build(), "add")
                        .addLayer("out", softmax(), "d"));
        graph(
                "activation beside its input",
                Trust.OUTPUT,
                IMAGE,
                g -> g.addLayer(
                                "a",
                                convolution(3, 2)
                                        .activation(Activation.IDENTITY)
                                        .build(),
                                "in")
                        .addLayer("relu", new ActivationLayer(Activation.RELU), "a")
                        .addVertex("add", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a", "relu")
                        .addLayer("out", softmax(), "add"));
        graph(
                "normalisation beside an activation",
                Trust.OUTPUT,
                IMAGE,
                g -> g.addLayer("a", new BatchNormalization(), "in")
                        .addLayer("relu", new ActivationLayer(Activation.RELU), "a")
                        .addLayer("b", same(convolution(2, 3)).build(), "a")
                        .addVertex("merge", new MergeVertex(), "a", "relu", "b")
                        .addLayer("out", softmax(), "merge"));
        graph(
                "merged images",
                Trust.ALL,
                IMAGE,
                g -> g.addLayer("a", same(convolution(2, 3)).build(), "in")
                        .addLayer("b", same(convolution(3, 2)).build(), "in")
                        .addVertex("merge", new MergeVertex(), "b", "in", "a")
                        .addLayer("out", softmax(), "merge"));
        graph(
                "merged rows",
                Trust.ALL,
                Shape.flat(5),
                g -> g.addLayer("z", dense(2).activation(Activation.TANH).build(), "in")
                        .addLayer("a", dense(3).activation(Activation.SIGMOID).build(), "in")
                        .addVertex("merge", new MergeVertex(), "z", "a")
                        .addLayer("out", softmax(), "merge"));
        graph(
                "normalised rows",
                Trust.ALL,
                Shape.flat(5),
                g -> g.addLayer("a", dense(4).activation(Activation.TANH).build(), "in")
                        .addVertex("unit", new L2NormalizeVertex(), "a")
                        .addLayer("out", softmax(), "unit"));
    }

    private void graph(
            String name, Trust trust, Shape shape, UnaryOperator<ComputationGraphConfiguration.GraphBuilder> build) {
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
        specimens.add(new Specimen(name, new Dl4jNet(net).shaken(specimens.size()), shape, "softmax", trust));
    }
}
