package org.expunge.unlearning.method.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.Initializer;
import org.expunge.influence.network.MinibatchPass;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.Weights;
import org.expunge.influence.network.layer.ActivationLayer;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.training.Evaluator;
import org.expunge.influence.training.Objective;
import org.expunge.unlearning.Problems;

/** Holds objectives against a formula: their values, and their gradients by finite differences of it. */
final class Objectives {
    private static final double STEP = 1e-5;
    private static final double TOLERANCE = 1e-8;

    private Objectives() {}

    /** A smooth network of 24 parameters and two classes. */
    static Model smooth(long seed) {
        Network network = Network.builder(Shape.flat(Problems.INPUTS))
                .add("hidden", new Dense(3))
                .add("tanh", new ActivationLayer(Activation.TANH))
                .add("output", new Dense(2))
                .build(Loss.SOFTMAX_CROSS_ENTROPY);
        return Initializer.XAVIER.initialise(network, seed);
    }

    /** Returns the mean gradient that a trainer sees, and writes the values of the minibatch's rows. */
    private static double[] gradient(
            Engine engine, Model model, Objective.Epoch epoch, Dataset data, int minibatch, double[] values) {
        int[] rows = epoch.minibatches().get(minibatch);
        try (Weights weights = Weights.of(engine.compute(), model);
                MinibatchPass pass = new MinibatchPass(engine, weights, rows.length)) {
            double[] sum = pass.run(data, rows, 0, epoch.loss(), values).read();
            return Arrays.stream(sum).map(g -> g / rows.length).toArray();
        }
    }

    /** Checks one minibatch against the function that it is to lower. */
    static void check(
            Engine engine,
            Model model,
            Objective objective,
            int epoch,
            int minibatch,
            ToDoubleFunction<Model> expected) {
        Objective.Epoch steps = objective.epoch(epoch);
        double[] values = new double[steps.minibatches().get(minibatch).length];
        double[] found = gradient(engine, model, steps, objective.data(), minibatch, values);
        assertThat(Arrays.stream(values).average().orElseThrow())
                .isCloseTo(expected.applyAsDouble(model), within(TOLERANCE));
        for (int i = 0; i < found.length; i++) {
            double slope =
                    (expected.applyAsDouble(moved(model, i, STEP)) - expected.applyAsDouble(moved(model, i, -STEP)))
                            / (2 * STEP);
            assertThat(found[i]).as("parameter %s", i).isCloseTo(slope, within(TOLERANCE));
        }
    }

    private static Model moved(Model model, int parameter, double step) {
        double[] parameters = model.parameters();
        parameters[parameter] += step;
        return model.withParameters(parameters);
    }

    /** Mean cross-entropy by an evaluator. */
    static double loss(Engine engine, Model model, Dataset rows) {
        return new Evaluator(engine).evaluate(model, rows).meanLoss();
    }
}
