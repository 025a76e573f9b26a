package org.expunge.influence.network.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.compute.reference.ReferenceCompute;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.CheckpointPolicy;
import org.expunge.influence.training.EarlyStopping;
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

/** Trains with DL4J's {@code fit} and with ours from the same numbers, in double, on one minibatch of all rows. */
final class Dl4jTrainingTest {
    private static final double RATE = 0.05;
    private static final int ROWS = 11;
    private static final Shape IMAGE = new Shape(2, 7, 6);

    /** Both are double; Adam's division by a root near 0 magnifies the last places. */
    private static final double TOLERANCE = 1e-9;

    @TempDir
    private Path folder;

    /** An update rule under both names. */
    record Rule(String name, IUpdater theirs, Optimizer ours, double l2) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Rule> rules() {
        Optimizer nesterov = Optimizer.of(Optimizer.Kind.NESTEROV).withMomentum(0.8);
        Optimizer adam = Optimizer.of(Optimizer.Kind.ADAM);
        return List.of(
                new Rule("sgd", new Sgd(RATE), Optimizer.sgd(), 0),
                new Rule("sgd with L2", new Sgd(RATE), Optimizer.sgd(), 0.1),
                new Rule("nesterov", new Nesterovs(RATE, 0.8), nesterov, 0),
                new Rule("nesterov with L2", new Nesterovs(RATE, 0.8), nesterov, 0.1),
                new Rule("adam", new Adam(RATE), adam, 0),
                new Rule("adam with L2", new Adam(RATE), adam, 0.1),
                new Rule(
                        "adamw",
                        new Adam(RATE),
                        Optimizer.of(Optimizer.Kind.ADAMW).withWeightDecay(0.1),
                        0));
    }

    private static Dl4jNet net(Rule rule) {
        NeuralNetConfiguration.Builder builder = new NeuralNetConfiguration.Builder()
                .seed(3)
                .dataType(DataType.DOUBLE)
                .updater(rule.theirs())
                .activation(Activation.TANH);
        if (rule.l2() > 0) {
            builder.l2(rule.l2());
        }
        if (rule.ours().weightDecay() > 0) {
            builder.weightDecay(rule.ours().weightDecay() / 2); // the builder lists the decay twice
        }
        MultiLayerNetwork net = new MultiLayerNetwork(builder.list()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(3).build())
                .layer(new SubsamplingLayer.Builder()
                        .kernelSize(2, 2)
                        .stride(2, 2)
                        .build())
                .layer(new DenseLayer.Builder().nOut(5).build())
                .layer(new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(4)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.convolutional(IMAGE.height(), IMAGE.width(), IMAGE.channels()))
                .build());
        net.init();
        return new Dl4jNet(net).shaken(5);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void equalsOneAndTwentyStepsOfFit(Rule rule) throws IOException {
        Dl4jNet theirs = net(rule);
        Dataset data = Dl4jNet.data(IMAGE, ROWS, 4, "softmax", 8);
        Model initial = model(theirs, "initial.zip");

        theirs.fit(data);
        assertThat(train(rule, initial, data, 1))
                .containsExactly(model(theirs, "one.zip").parameters(), within(TOLERANCE));

        for (int step = 1; step < 20; step++) {
            theirs.fit(data);
        }
        assertThat(train(rule, initial, data, 20))
                .containsExactly(model(theirs, "twenty.zip").parameters(), within(TOLERANCE));
    }

    private Model model(Dl4jNet net, String name) throws IOException {
        Path zip = folder.resolve(name);
        net.save(zip, false);
        return Dl4jZip.read(zip, IMAGE).model();
    }

    private static double[] train(Rule rule, Model initial, Dataset data, int steps) {
        TrainingOptions options = new TrainingOptions(
                rule.ours(),
                Schedule.constant(RATE),
                steps,
                ROWS,
                rule.l2(),
                CheckpointPolicy.lastOnly(),
                EarlyStopping.NONE,
                1);
        try (Engine engine = new Engine(new ReferenceCompute(), new Workers(2), 4)) {
            return new Trainer(engine, options)
                    .train(initial, data, data, TrainingListener.NONE)
                    .model()
                    .parameters();
        }
    }
}
