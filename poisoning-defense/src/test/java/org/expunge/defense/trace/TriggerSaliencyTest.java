package org.expunge.defense.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.layer.Dense;
import org.junit.jupiter.api.Test;

/** On a linear model the gradient of z_0 − z_2 is the difference of two rows of weights. */
class TriggerSaliencyTest {
    private static final Network NETWORK =
            Network.builder(Shape.flat(2)).add("out", new Dense(3, false)).build(Loss.SOFTMAX_CROSS_ENTROPY);

    @Test
    void isTheContrastOfGradientTimesInput() {
        double[] weights = {1, 2, 3, 4, 5, 6};
        Model model = new Model(NETWORK, weights, new double[0]);
        try (Engine engine = new Engine(Backends.create("cpu"), new Workers(1), 32)) {
            double[][] logits = new double[][] {logits(engine, model, 1, 0), logits(engine, model, 0, 1)};
            double[] gradient = {logits[0][0] - logits[0][2], logits[1][0] - logits[1][2]};
            TriggerSaliency saliency = new TriggerSaliency(engine, model);

            double[] found = saliency.of(rows(-3, -1, -5, 1), rows(-1, -2), 0, 2);

            assertThat(found[0]).isCloseTo(Math.max(0, gradient[0] * (-4 + 1)), within(1e-5));
            assertThat(found[1]).isCloseTo(Math.max(0, gradient[1] * (0 + 2)), within(1e-5));
            assertThat(found[0] + found[1]).isPositive();
            assertThatThrownBy(() -> saliency.of(rows(1, 1), rows(), 1, 1)).hasMessageContaining("first and second");
        }
    }

    private static double[] logits(Engine engine, Model model, double x, double y) {
        double[] p = new org.expunge.influence.training.Evaluator(engine)
                .evaluate(model, rows(x, y))
                .prediction(0);
        return java.util.Arrays.stream(p).map(Math::log).toArray();
    }

    private static Dataset rows(double... values) {
        return Dataset.of(
                "rows", Shape.flat(2), Features.of(values, 2), Targets.classes(new int[values.length / 2], 3));
    }
}
