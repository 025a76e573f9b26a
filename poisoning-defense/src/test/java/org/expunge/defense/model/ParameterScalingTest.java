package org.expunge.defense.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** With c of the normalisations amplified, class 1 has the probability σ(slope (1.5ᶜ x − 2)). */
class ParameterScalingTest {
    private static final double SLOPE = 4;

    private final Engine engine = KnownModels.engine();

    @AfterEach
    void close() {
        engine.workers().close();
    }

    @Test
    void isTheMeanProbabilityOfThePredictedClassUnderAmplification() {
        ParameterScaling scaling = scaling(3, 2, 1.5);

        double[] scores = scaling.score(rows(1.5, 3));

        assertThat(scaling.firstLayers()).isEqualTo(1);
        assertThat(scaling.models()).isEqualTo(2);
        assertThat(scores)
                .containsExactly(
                        new double[] {(1 - sigmoid(2.25) + 1 - sigmoid(3.375)) / 2, (sigmoid(4.5) + sigmoid(6.75)) / 2},
                        within(1e-9));
    }

    @Test
    void startsWhereCleanRowsAreLost() {
        // clean rows of class 0 at 1 are lost when 1.5ᶜ > 2, which begins at two layers
        assertThat(scaling(4, 2, 1).firstLayers()).isEqualTo(2);
        assertThat(scaling(4, 3, 1.5).firstLayers()).isEqualTo(1);
    }

    @Test
    void takesTheModelsThatAmplifyTheMostWhereCleanRowsAreNeverLost() {
        ParameterScaling scaling = scaling(4, 3, 0.01);

        assertThat(scaling.firstLayers()).isEqualTo(2);
        assertThat(scaling.models()).isEqualTo(3);
    }

    @Test
    void makesFewerModelsThanAskedForWhenThereAreFewerLayers() {
        assertThat(scaling(2, 5, 1.5).models()).isEqualTo(2);
    }

    @Test
    void refusesANetworkWithoutBatchNormalisation() {
        assertThatThrownBy(() -> new ParameterScaling(
                        engine,
                        KnownModels.linear(new double[][] {{1}, {2}}),
                        rows(1),
                        ParameterScaling.Options.DEFAULT))
                .hasMessageContaining("batch normalisation")
                .hasMessageContaining("SCALE-UP");
        assertThat(ParameterScaling.appliesTo(
                        KnownModels.linear(new double[][] {{1}, {2}}).network()))
                .isFalse();
    }

    private ParameterScaling scaling(int layers, int models, double clean) {
        return new ParameterScaling(
                engine,
                KnownModels.normalised(layers, SLOPE),
                rows(clean, clean),
                new ParameterScaling.Options(1.5, models, 0.6));
    }

    private static Dataset rows(double... values) {
        return KnownModels.rows(2, 0, KnownModels.column(values));
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-SLOPE * (x - 2)));
    }
}
