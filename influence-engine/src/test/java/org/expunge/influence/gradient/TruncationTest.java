package org.expunge.influence.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.compute.Precision;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.Weights;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.testkit.SmallProblems;
import org.expunge.influence.testkit.TestBackends;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag(TestBackends.TAG)
class TruncationTest {
    private static final int OUTPUTS = 6;
    private static final int INPUTS = 8;

    /** {@code 3 u₁v₁ᵀ + u₂v₂ᵀ + 0.1 u₃v₃ᵀ} of Hadamard's orthogonal vectors. */
    private static double[] matrix() {
        double[] sigma = {3, 1, 0.1};
        double[] matrix = new double[OUTPUTS * INPUTS];
        for (int k = 0; k < sigma.length; k++) {
            for (int i = 0; i < OUTPUTS; i++) {
                for (int j = 0; j < INPUTS; j++) {
                    double u = Math.sqrt(2.0 / (OUTPUTS + 1)) * Math.sin(Math.PI * (k + 1) * (i + 1) / (OUTPUTS + 1));
                    double v = (Integer.bitCount(k & j) % 2 == 0 ? 1 : -1) / Math.sqrt(INPUTS);
                    matrix[i * INPUTS + j] += sigma[k] * u * v;
                }
            }
        }
        return matrix;
    }

    private static Model model() {
        Network network = Network.builder(Shape.flat(INPUTS))
                .add("layer", new Dense(OUTPUTS, false))
                .build(Loss.SQUARED_ERROR);
        return new Model(network, matrix(), new double[0]);
    }

    @ParameterizedTest
    @MethodSource("org.expunge.influence.testkit.TestBackends#names")
    void keepsTheLargestSingularValuesAndTellsWhatIsLeft(String backend) {
        try (Engine engine = new Engine(TestBackends.create(backend), new Workers(1), 4)) {
            double error = engine.compute().precision() == Precision.FLOAT64 ? 2e-7 : 4e-3;
            assertOutcome(engine, new Truncation(3, 0.99, 5), 2, 0.1, error);
            assertOutcome(engine, new Truncation(3, 0.5, 5), 1, Math.sqrt(1.01), error);
            assertOutcome(engine, Truncation.toRank(1), 1, Math.sqrt(1.01), error);
            assertOutcome(engine, Truncation.toRank(3), 3, 0, error);
        }
    }

    private static void assertOutcome(Engine engine, Truncation truncation, int rank, double tail, double error) {
        double[][] directions = {matrix()};
        try (Directions cut = Directions.of(engine.compute(), model().network(), directions)) {
            Map<Integer, Truncation.Outcome> outcomes = cut.truncate(truncation);

            assertThat(outcomes).containsOnlyKeys(0);
            assertThat(outcomes.values()).allSatisfy(outcome -> {
                assertThat(outcome.rank()).isEqualTo(rank);
                assertThat(outcome.tail()).isCloseTo(tail, within(error));
            });
        }
    }

    @ParameterizedTest
    @MethodSource("org.expunge.influence.testkit.TestBackends#names")
    void gradientsOfSingleExamplesHaveRankOne(String backend) {
        Model model = SmallProblems.dense(1);
        Dataset rows = SmallProblems.rows(model, 11, 2);
        try (Engine engine = new Engine(TestBackends.create(backend), new Workers(2), 4);
                Weights weights = Weights.of(engine.compute(), model)) {
            boolean isDouble = engine.compute().precision() == Precision.FLOAT64;
            double[][] gradients = new PerExample(engine).gradients(model, SmallProblems.rows(model, 300, 3));
            try (Directions whole = Directions.of(engine.compute(), model.network(), gradients);
                    Directions cut = Directions.of(engine.compute(), model.network(), gradients)) {
                Map<Integer, Truncation.Outcome> outcomes = cut.truncate(Truncation.toRank(1));

                assertThat(outcomes.values())
                        .hasSize(3)
                        .allMatch(outcome -> outcome.rank() == 1 && outcome.tail() < (isDouble ? 1e-6 : 2e-2));
                assertThat(cut.dots(engine, weights, rows, Output.LOSS, 8))
                        .containsExactly(
                                whole.dots(engine, weights, rows, Output.LOSS, 8), within(isDouble ? 1e-12 : 1e-4));
            }
        }
    }

    @Test
    void leavesLayersWholeWhereCuttingSavesNothing() {
        double[][] directions = {matrix()};
        try (Engine engine = SmallProblems.reference(1, 4);
                Directions whole = Directions.of(engine.compute(), model().network(), directions)) {
            assertThat(whole.truncate(Truncation.toRank(4)))
                    .containsExactly(Map.entry(0, new Truncation.Outcome(6, 0)));
        }
    }

    @Test
    void refusesRanksAndSharesWithoutSense() {
        assertThatThrownBy(() -> Truncation.toRank(0)).hasMessage("rank must be at least 1, got 0");
        assertThatThrownBy(() -> new Truncation(1, 1.5, 0)).hasMessage("energy must be in (0, 1], got 1.5");
    }
}
