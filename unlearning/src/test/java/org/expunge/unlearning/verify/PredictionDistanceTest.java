package org.expunge.unlearning.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.training.Evaluation;
import org.expunge.influence.training.Evaluator;
import org.expunge.unlearning.Problems;
import org.junit.jupiter.api.Test;

class PredictionDistanceTest {
    private static final double ROUNDING = 1e-14;

    @Test
    void isTheDivergenceInNatsOfTwoDistributions() {
        // p = (½, ½) and q = (¼, ¾), so the middle is (⅜, ⅝).
        double expected = 0.5 * (0.5 * Math.log(0.5 / 0.375) + 0.5 * Math.log(0.5 / 0.625))
                + 0.5 * (0.25 * Math.log(0.25 / 0.375) + 0.75 * Math.log(0.75 / 0.625));

        assertThat(distance(Loss.SOFTMAX_CROSS_ENTROPY, new double[] {0, 0}, new double[] {0, Math.log(3)}))
                .isCloseTo(expected, within(ROUNDING));
    }

    @Test
    void isLogTwoForOppositeCertainties() {
        assertThat(distance(Loss.SOFTMAX_CROSS_ENTROPY, new double[] {900, 0}, new double[] {0, 900}))
                .isCloseTo(Math.log(2), within(ROUNDING));
        assertThat(distance(Loss.SIGMOID_CROSS_ENTROPY, new double[] {900, 900}, new double[] {-900, -900}))
                .isCloseTo(Math.log(2), within(ROUNDING));
    }

    @Test
    void aSigmoidIsATwoClassDistribution() {
        double two = distance(Loss.SOFTMAX_CROSS_ENTROPY, new double[] {0, 1}, new double[] {0, -2});

        assertThat(distance(Loss.SIGMOID_CROSS_ENTROPY, new double[] {1, 5}, new double[] {-2, 5}))
                .isCloseTo(two / 2, within(ROUNDING));
    }

    @Test
    void isTheMeanSquaredDifferenceForRegression() {
        assertThat(distance(Loss.SQUARED_ERROR, new double[] {1, 2}, new double[] {3, 5}))
                .isCloseTo(6.5, within(ROUNDING));
        assertThat(new PredictionDistance(Loss.MEAN_SQUARED_ERROR).measure()).isEqualTo("mean squared difference");
    }

    /** The distance between two models that put out constants. */
    private static double distance(Loss loss, double[] p, double[] q) {
        return new PredictionDistance(loss).mean(evaluate(loss, p), evaluate(loss, q));
    }

    private static Evaluation evaluate(Loss loss, double[] outputs) {
        Network network =
                Network.builder(Shape.flat(1)).add("constant", new Dense(2)).build(loss);
        Model model = new Model(network, new double[] {0, 0, outputs[0], outputs[1]}, new double[0]);
        Targets targets =
                loss == Loss.SOFTMAX_CROSS_ENTROPY ? Targets.classes(new int[1], 2) : Targets.real(new double[2], 2);
        Dataset row = Dataset.of("row", Shape.flat(1), Features.of(new double[1], 1), targets);
        try (Engine engine = Problems.engine()) {
            return new Evaluator(engine).evaluate(model, row);
        }
    }
}
