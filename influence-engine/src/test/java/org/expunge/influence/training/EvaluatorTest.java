package org.expunge.influence.training;

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
import org.junit.jupiter.api.Test;

final class EvaluatorTest {
    private static final double ROUNDING = 1e-14;

    private static Evaluation evaluate(Loss loss, int outputs, double[] parameters, Dataset data) {
        Network network =
                Network.builder(data.shape()).add("dense", new Dense(outputs)).build(loss);
        try (Engine engine = TrainingFixtures.reference(2)) {
            return new Evaluator(engine).evaluate(new Model(network, parameters, new double[0]), data);
        }
    }

    private static Dataset line(Targets targets, double... x) {
        return Dataset.of("line", Shape.flat(1), Features.of(x, 1), targets);
    }

    @Test
    void givesLossPredictionAndClassOfEachRow() {
        Dataset data = line(Targets.classes(new int[] {0, 1, 1}, 2), 1, 1, 2);

        Evaluation found = evaluate(Loss.SOFTMAX_CROSS_ENTROPY, 2, new double[] {0, Math.log(3), 0, 0}, data);

        assertThat(found.prediction(0)).containsExactly(new double[] {0.25, 0.75}, within(ROUNDING));
        assertThat(found.prediction(2)).containsExactly(new double[] {0.1, 0.9}, within(ROUNDING));
        assertThat(found.losses())
                .containsExactly(new double[] {-Math.log(0.25), -Math.log(0.75), -Math.log(0.9)}, within(ROUNDING));
        assertThat(found.predictedLabels()).containsExactly(1, 1, 1);
        assertThat(found.accuracy()).isCloseTo(2 / 3.0, within(ROUNDING));
        assertThat(found.isCorrect(0)).isFalse();
        assertThat(found.meanLoss()).isCloseTo(-Math.log(0.25 * 0.75 * 0.9) / 3, within(ROUNDING));
    }

    @Test
    void keepsTheAnswersOfSelectedRows() {
        Dataset data = line(Targets.classes(new int[] {0, 1, 1}, 2), 1, 1, 2);
        Evaluation found = evaluate(Loss.SOFTMAX_CROSS_ENTROPY, 2, new double[] {0, Math.log(3), 0, 0}, data);

        Evaluation last = found.select(new int[] {2});

        assertThat(last.losses()).containsExactly(found.losses()[2]);
        assertThat(last.prediction(0)).isEqualTo(found.prediction(2));
        assertThat(last.metrics().accuracy()).isEqualTo(1);
        assertThat(found.select(new int[] {0, 1}).accuracy()).isEqualTo(0.5);
    }

    @Test
    void givesTiesToTheLowerClass() {
        Dataset data = line(Targets.classes(new int[] {1}, 2), 1);

        Evaluation found = evaluate(Loss.SOFTMAX_CROSS_ENTROPY, 2, new double[4], data);

        assertThat(found.predictedLabels()).containsExactly(0);
    }

    @Test
    void readsASingleOutputAsTheSecondClass() {
        Dataset data = line(Targets.asSingleColumn(Targets.classes(new int[] {0, 1, 1}, 2)), -1, 2, -3);

        Evaluation found = evaluate(Loss.SIGMOID_CROSS_ENTROPY, 1, new double[] {1, 0}, data);

        assertThat(found.predictedLabels()).containsExactly(0, 1, 0);
        assertThat(found.accuracy()).isCloseTo(2 / 3.0, within(ROUNDING));
    }

    @Test
    void hasNoAccuracyForRegression() {
        Dataset data = line(Targets.real(new double[] {3, 5}, 1), 1, 2);

        Evaluation found = evaluate(Loss.MEAN_SQUARED_ERROR, 1, new double[] {2, 0}, data);

        assertThat(found.losses()).containsExactly(1, 1);
        assertThat(found.accuracy()).isNaN();
        assertThat(found.metrics().accuracy()).isNull();
    }

    @Test
    void acceptsNoRows() {
        Evaluation found = evaluate(Loss.SOFTMAX_CROSS_ENTROPY, 2, new double[4], line(Targets.classes(new int[0], 2)));

        assertThat(found.size()).isZero();
        assertThat(found.accuracy()).isNaN();
    }
}
