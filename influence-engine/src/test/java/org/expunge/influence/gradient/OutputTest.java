package org.expunge.influence.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.Passes;
import org.expunge.influence.network.Weights;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutputTest {
    private static final double STEP = 1e-5;

    private final Engine engine = SmallProblems.reference(1, 4);

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void marginGradientsAreTheSlopesOfTheLogOdds() {
        Model model = SmallProblems.dense(1);
        Dataset rows = SmallProblems.rows(model, 5, 2);

        double[][] gradients = new PerExample(engine, Output.MARGIN).gradients(model, rows);

        // log-odds from the loss: ℓ = −log π, margin = −log(exp ℓ − 1)
        assertSlopes(model, rows, gradients, loss -> -Math.log(Math.expm1(loss)));
    }

    @Test
    void sensitivitiesTurnMarginGradientsIntoThoseOfTheLoss() {
        for (Model model : new Model[] {
            SmallProblems.dense(1), single(Loss.SIGMOID_CROSS_ENTROPY, 0.4), single(Loss.SQUARED_ERROR, 0.4)
        }) {
            Dataset rows = model.network().outputs() == 1 ? binary() : SmallProblems.rows(model, 5, 2);
            double[][] margins = new PerExample(engine, Output.MARGIN).gradients(model, rows);
            double[][] losses = new PerExample(engine).gradients(model, rows);
            double[] sensitivities = sensitivities(model, rows);
            for (int i = 0; i < rows.size(); i++) {
                for (int j = 0; j < losses[i].length; j++) {
                    assertThat(-sensitivities[i] * margins[i][j]).isCloseTo(losses[i][j], within(1e-12));
                }
            }
        }
    }

    private double[] sensitivities(Model model, Dataset rows) {
        double[] sensitivities = new double[rows.size()];
        try (Weights weights = Weights.of(engine.compute(), model);
                Passes passes = new Passes(engine, weights)) {
            passes.forEachTile(rows, (worker, pass, from) -> Output.marginSensitivities(pass, sensitivities, from));
        }
        return sensitivities;
    }

    @Test
    void marginsDoNotSaturate() {
        Model sure = single(Loss.SIGMOID_CROSS_ENTROPY, 100);

        assertThat(new PerExample(engine).gradients(sure, binary())[0][0]).isCloseTo(0, within(1e-40));
        assertThat(new PerExample(engine, Output.MARGIN).gradients(sure, binary())[0])
                .containsExactly(2, 1);
    }

    @Test
    void logitGradientsOfALinearModelAreItsInputs() {
        Network network =
                Network.builder(Shape.flat(2)).add("output", new Dense(3)).build(Loss.SOFTMAX_CROSS_ENTROPY);
        Model model = new Model(network, new double[9], new double[0]);
        Dataset rows = Dataset.of(
                "rows", Shape.flat(2), Features.of(new double[] {3, 5}, 2), Targets.classes(new int[] {1}, 3));

        assertThat(new PerExample(engine, Output.LOGIT).gradients(model, rows)[0])
                .containsExactly(0, 0, 3, 5, 0, 0, 0, 1, 0);
    }

    @Test
    void outputsThatDoNotExcludeEachOtherAreRefused() {
        Network network =
                Network.builder(Shape.flat(1)).add("output", new Dense(2)).build(Loss.SIGMOID_CROSS_ENTROPY);
        Model model = new Model(network, new double[4], new double[0]);
        Dataset rows = Dataset.of(
                "rows", Shape.flat(1), Features.of(new double[] {3}, 1), Targets.real(new double[] {1, 1}, 2));

        assertThatThrownBy(() -> new PerExample(engine, Output.MARGIN).gradients(model, rows))
                .hasMessageContaining("2 outputs with SIGMOID_CROSS_ENTROPY");
    }

    private static Model single(Loss loss, double weight) {
        Network network =
                Network.builder(Shape.flat(1)).add("output", new Dense(1)).build(loss);
        return new Model(network, new double[] {weight, 0}, new double[0]);
    }

    private static Dataset binary() {
        return Dataset.of(
                "rows",
                Shape.flat(1),
                Features.of(new double[] {2, -1, 0.5}, 1),
                Targets.real(new double[] {1, 1, 0}, 1));
    }

    private void assertSlopes(
            Model model, Dataset rows, double[][] gradients, java.util.function.DoubleUnaryOperator ofLoss) {
        PerExample perExample = new PerExample(engine);
        for (int j = 0; j < model.network().layout().length(); j++) {
            double[] up = model.parameters();
            up[j] += STEP;
            double[] down = model.parameters();
            down[j] -= STEP;
            double[] above = perExample.losses(model.withParameters(up), rows);
            double[] below = perExample.losses(model.withParameters(down), rows);
            for (int i = 0; i < rows.size(); i++) {
                double slope = (ofLoss.applyAsDouble(above[i]) - ofLoss.applyAsDouble(below[i])) / (2 * STEP);
                assertThat(gradients[i][j]).isCloseTo(slope, within(1e-8));
            }
        }
    }
}
