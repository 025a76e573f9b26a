package org.expunge.unlearning.membership;

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
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.training.Evaluator;
import org.expunge.unlearning.Problems;
import org.junit.jupiter.api.Test;

class ConfidenceTest {
    @Test
    void isTheDifferenceOfTheLogitsForTwoClasses() {
        double[] confidences = confidences(Loss.SOFTMAX_CROSS_ENTROPY, 2, new double[] {3, -1, 0.5, 0});

        // Row x has the logits 3 x + ½ and −x.
        assertThat(confidences[0]).isCloseTo(4 * 2 + 0.5, within(1e-12));
        assertThat(confidences[1]).isCloseTo(-(4 * -1 + 0.5), within(1e-12));
        assertThat(confidences[2]).isCloseTo(4 * 20 + 0.5, within(1e-9));
    }

    @Test
    void isTheLogitForOneOutput() {
        double[] confidences = confidences(Loss.SIGMOID_CROSS_ENTROPY, 1, new double[] {3, 0.5});

        // The classes are 0, 1, 0 and the logits 3 x + ½.
        assertThat(confidences[0]).isCloseTo(-(3 * 2 + 0.5), within(1e-9));
        assertThat(confidences[1]).isCloseTo(3 * -1 + 0.5, within(1e-9));
        assertThat(confidences[2]).isCloseTo(-(3 * 20 + 0.5), within(1e-9));
    }

    @Test
    void refusesRowsWithoutClasses() {
        Dataset rows = Dataset.of(
                "reals", Shape.flat(1), Features.of(new double[3], 1), Targets.real(new double[] {0.5, 2, 3}, 1));
        assertThatThrownBy(() ->
                        Confidence.of(Loss.SQUARED_ERROR, evaluate(rows, Loss.SQUARED_ERROR, new double[2]), rows))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has no classes");
    }

    private static double[] confidences(Loss loss, int outputs, double[] parameters) {
        Dataset rows = Dataset.of(
                "rows",
                Shape.flat(1),
                Features.of(new double[] {2, -1, 20}, 1),
                outputs == 1
                        ? Targets.asSingleColumn(Targets.classes(new int[] {0, 1, 0}, 2))
                        : Targets.classes(new int[] {0, 1, 0}, outputs));
        return Confidence.of(loss, evaluate(rows, loss, parameters), rows);
    }

    private static org.expunge.influence.training.Evaluation evaluate(Dataset rows, Loss loss, double[] parameters) {
        Network network = Network.builder(Shape.flat(1))
                .add("output", new Dense(rows.targets().width()))
                .build(loss);
        try (Engine engine = Problems.engine()) {
            return new Evaluator(engine).evaluate(new Model(network, parameters, new double[0]), rows);
        }
    }
}
