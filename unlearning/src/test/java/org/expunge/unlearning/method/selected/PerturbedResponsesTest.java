package org.expunge.unlearning.method.selected;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Initializer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.ActivationLayer;
import org.expunge.influence.network.layer.Convolution2D;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.network.layer.Padding;
import org.expunge.influence.score.generalized.LayerUnits;
import org.expunge.unlearning.Problems;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PerturbedResponsesTest {
    private static final int D = 2;
    private static final int DRAWS = 5;
    private static final double STD = 0.3;

    private final Engine engine = Problems.engine();

    @AfterEach
    void closeEngine() {
        engine.close();
    }

    @Test
    void unitsAreAveragedBeforeTheActivationAndLossesOverTheRows() {
        double[] x = {0.2, -0.5, 1, 0.3, -0.7, 0.1};
        double[] y = {1, -1, 0.5};
        Dataset rows = Dataset.of("rows", Shape.flat(D), Features.of(x, D), Targets.real(y, 1));
        Network network = Network.builder(Shape.flat(D))
                .add("hidden", new Dense(3))
                .add("relu", new ActivationLayer(Activation.RELU))
                .add("output", new Dense(1))
                .build(Loss.MEAN_SQUARED_ERROR);
        Model model = Initializer.XAVIER.initialise(network, 4);
        double[] p = model.parameters();

        PerturbedResponses found = PerturbedResponses.of(engine, model, rows, DRAWS, STD, 7);

        Random random = new Random(7);
        for (int draw = 0; draw < DRAWS; draw++) {
            double[] units = new double[4];
            double loss = 0;
            for (int i = 0; i < y.length; i++) {
                double a = x[i * D] + STD * random.nextGaussian();
                double b = x[i * D + 1] + STD * random.nextGaussian();
                double output = p[12];
                for (int u = 0; u < 3; u++) {
                    double z = p[2 * u] * a + p[2 * u + 1] * b + p[6 + u];
                    units[u] += z / y.length;
                    output += p[9 + u] * Math.max(0, z);
                }
                units[3] += output / y.length;
                loss += (output - y[i]) * (output - y[i]) / y.length;
            }
            for (int u = 0; u < 4; u++) {
                assertThat(found.columns()[u][draw]).isCloseTo(units[u], within(1e-12));
            }
            assertThat(found.losses()[draw]).isCloseTo(loss, within(1e-12));
        }
    }

    /** A channel is a unit: without its parameters its mean is 0, and no other channel of its layer changes. */
    @Test
    void aChannelIsDecidedByItsOwnParameters() {
        Network network = Network.builder(new Shape(1, 3, 4))
                .add("convolution", new Convolution2D(3, 2, 1, Padding.none()))
                .add("output", new Dense(2))
                .build(Loss.SOFTMAX_CROSS_ENTROPY);
        Dataset rows = Dataset.of(
                "rows",
                new Shape(1, 3, 4),
                Features.of(new Random(3).doubles(24).toArray(), 12),
                Targets.classes(new int[] {0, 1}, 2));
        Model model = Initializer.XAVIER.initialise(network, 4);
        double[] parameters = model.parameters();
        for (int index : LayerUnits.of(network).get(0).indices(1)) {
            parameters[index] = 0;
        }

        double[][] before =
                PerturbedResponses.of(engine, model, rows, DRAWS, STD, 7).columns();
        double[][] after = PerturbedResponses.of(engine, model.withParameters(parameters), rows, DRAWS, STD, 7)
                .columns();

        assertThat(after[0]).isEqualTo(before[0]);
        assertThat(after[1]).containsOnly(0);
        assertThat(after[2]).isEqualTo(before[2]);
        assertThat(before[1]).doesNotContain(0);
    }
}
