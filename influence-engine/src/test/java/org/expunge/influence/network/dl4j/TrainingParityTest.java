package org.expunge.influence.network.dl4j;

import static org.expunge.influence.network.dl4j.Closeness.assertClose;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.compute.reference.ReferenceCompute;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.CheckpointPolicy;
import org.expunge.influence.training.Optimizer;
import org.expunge.influence.training.Schedule;
import org.expunge.influence.training.Trainer;
import org.expunge.influence.training.TrainingListener;
import org.expunge.influence.training.TrainingOptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Steps of training on one whole batch: DL4J's {@code fit} against our trainer, from the same parameters. */
class TrainingParityTest {
    private static final int ROWS = 9;
    private static final double RATE = 0.05;
    private static final double L2 = 0.02;
    private static final double DECAY = 0.03;

    /** A step repeats the rounding of one pass, about 1e-15; 20 steps that neither shrink nor blow it up keep 1e-13. */
    private static final double DOUBLE = 1e-9;

    /** 20 steps of 2⁻²⁴ ≈ 6e-8 on parameters near 1, Adam's quotients of small numbers included. */
    private static final double FLOAT = 1e-4;

    @TempDir
    private Path folder;

    /**
     * How DL4J is told to train.
     *
     * @param name for the test report
     * @param updater the rule
     * @param l2 penalty on weights
     * @param weightDecay of Adam, which makes it AdamW
     */
    record Rule(String name, IUpdater updater, double l2, double weightDecay) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** What is trained: small nets that among them have every kind of parameter. */
    enum Kind {
        DENSE,
        IMAGE,
        NORMALISED,
        RESIDUAL
    }

    /** One training. */
    record Case(Kind kind, Rule rule, int steps) {}

    static Stream<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            for (Rule rule : rules()) {
                cases.add(new Case(kind, rule, 1));
                cases.add(new Case(kind, rule, 20));
            }
        }
        return cases.stream();
    }

    private static List<Rule> rules() {
        IUpdater adam = Adam.builder()
                .learningRate(RATE)
                .beta1(0.8)
                .beta2(0.95)
                .epsilon(1e-6)
                .build();
        return List.of(
                new Rule("sgd", new Sgd(RATE), 0, 0),
                new Rule("sgd with l2", new Sgd(RATE), L2, 0),
                new Rule("nesterovs", new Nesterovs(RATE, 0.8), 0, 0),
                new Rule("nesterovs with l2", new Nesterovs(RATE, 0.8), L2, 0),
                new Rule("adam", adam, 0, 0),
                new Rule("adam with l2", adam, L2, 0),
                new Rule("adamw", adam, 0, DECAY));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void trainsAsDl4jDoes(Case training) throws IOException {
        compare(training, DataType.DOUBLE, DOUBLE);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void trainsFloatModelsAlike(Case training) throws IOException {
        compare(training, DataType.FLOAT, FLOAT);
    }

    private void compare(Case training, DataType type, double tolerance) throws IOException {
        Dl4jNet theirs = new Dl4jNet(net(training.kind(), training.rule(), type)).shaken(3);
        Path file = folder.resolve("start.zip");
        theirs.save(file, false);
        Shape shape = training.kind() == Kind.DENSE ? Shape.flat(5) : new Shape(2, 6, 5);
        Dataset data = Dl4jNet.data(shape, ROWS, 3, "softmax", 17);
        ImportedModel start = Dl4jZip.read(file, shape);

        Model trained = train(start, data, training.steps());

        for (int step = 0; step < training.steps(); step++) {
            theirs.fit(data);
        }
        theirs.save(file, false);
        Model expected = Dl4jZip.read(file, shape).model();
        assertClose(trained.parameters(), expected.parameters(), tolerance);
        assertClose(trained.statistics(), expected.statistics(), tolerance);
    }

    /** Trains with the rule that was imported along with the model. */
    private static Model train(ImportedModel start, Dataset data, int steps) {
        Dl4jUpdater updater = start.updater().orElseThrow();
        TrainingOptions options = TrainingOptions.DEFAULT
                .withOptimizer(optimizer(updater))
                .withSchedule(Schedule.constant(updater.learningRate()))
                .withL2(updater.l2())
                .withBatchSize(data.size())
                .withEpochs(steps)
                .withCheckpoints(CheckpointPolicy.lastOnly());
        try (Engine engine = new Engine(new ReferenceCompute(), new Workers(1), 4)) {
            Dataset none = data.select(new int[0]);
            return new Trainer(engine, options)
                    .train(start.model(), data, none, TrainingListener.NONE)
                    .model();
        }
    }

    private static Optimizer optimizer(Dl4jUpdater updater) {
        return switch (updater.kind()) {
            case SGD -> Optimizer.sgd();
            case NESTEROVS -> Optimizer.of(Optimizer.Kind.NESTEROV).withMomentum(updater.momentum());
            case ADAM ->
                new Optimizer(
                        updater.weightDecay() > 0 ? Optimizer.Kind.ADAMW : Optimizer.Kind.ADAM,
                        0,
                        updater.beta1(),
                        updater.beta2(),
                        updater.epsilon(),
                        updater.weightDecay());
        };
    }

    private static NeuralNetwork net(Kind kind, Rule rule, DataType type) {
        NeuralNetConfiguration.Builder builder =
                new NeuralNetConfiguration.Builder().seed(5).dataType(type).updater(rule.updater());
        if (rule.l2() > 0) {
            builder.l2(rule.l2());
        }
        if (rule.weightDecay() > 0) {
            builder.weightDecay(rule.weightDecay(), true);
        }
        return kind == Kind.RESIDUAL ? graph(builder) : list(kind, builder.list());
    }

    private static MultiLayerNetwork list(Kind kind, NeuralNetConfiguration.ListBuilder list) {
        if (kind == Kind.DENSE) {
            list.layer(
                    new DenseLayer.Builder().nOut(4).activation(Activation.TANH).build());
        } else {
            list.layer(convolution(Activation.IDENTITY, kind != Kind.NORMALISED));
        }
        if (kind == Kind.NORMALISED) { // without a bias, whose gradient would be rounding alone
            list.layer(new BatchNormalization.Builder().useLogStd(false).build());
        }
        if (kind == Kind.IMAGE) {
            list.layer(new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX, new int[] {2, 2}).build());
            list.layer(new DenseLayer.Builder()
                    .nOut(4)
                    .activation(Activation.SOFTPLUS)
                    .build());
        }
        MultiLayerNetwork net = new MultiLayerNetwork(list.layer(output())
                .setInputType(kind == Kind.DENSE ? InputType.feedForward(5) : InputType.convolutional(6, 5, 2))
                .build());
        net.init();
        return net;
    }

    private static ComputationGraph graph(NeuralNetConfiguration.Builder builder) {
        ComputationGraph net = new ComputationGraph(builder.graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.convolutional(6, 5, 2))
                .addLayer("a", convolution(Activation.TANH, true), "in")
                .addLayer("b", convolution(Activation.TANH, true), "a")
                .addVertex("add", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a", "b")
                .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "add")
                .addLayer("out", output(), "pool")
                .setOutputs("out")
                .build());
        net.init();
        return net;
    }

    private static ConvolutionLayer convolution(Activation activation, boolean hasBias) {
        return new ConvolutionLayer.Builder(3, 3)
                .nOut(3)
                .convolutionMode(ConvolutionMode.Same)
                .activation(activation)
                .hasBias(hasBias)
                .build();
    }

    private static OutputLayer output() {
        return new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .build();
    }
}
