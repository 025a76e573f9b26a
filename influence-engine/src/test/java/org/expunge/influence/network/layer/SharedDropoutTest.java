package org.expunge.influence.network.layer;

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
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.Test;

class SharedDropoutTest {
    private static final int UNITS = 200;

    @Test
    void derivativesAgreeWithDifferences() {
        LayerChecks.check(new Shape(3, 4, 2), new SharedDropout(0.8, 5));
    }

    @Test
    void allExamplesSeeTheSameMaskWhateverTheTiles() {
        double[][] outputs = outputs(0.6, 3, 4, 3);

        for (double[] row : outputs) {
            assertThat(row).containsExactly(outputs[0]);
        }
        assertThat(outputs(0.6, 3, 4, 1)).isDeepEqualTo(outputs);
        assertThat(outputs(0.6, 4, 4, 3)[0]).isNotEqualTo(outputs[0]);
    }

    @Test
    void aUnitIsKeptWithTheGivenProbabilityAndDividedByIt() {
        double[] row = outputs(0.75, 3, 1, 1)[0];
        int kept = 0;
        for (double value : row) {
            assertThat(value).isIn(0.0, 1 / 0.75);
            kept += value > 0 ? 1 : 0;
        }

        // binomial: standard deviation √(200 · .75 · .25) ≈ 6.1, four of them
        assertThat((double) kept).isCloseTo(0.75 * UNITS, within(25.0));
    }

    @Test
    void refusesAProbabilityOfZero() {
        assertThatThrownBy(() -> new SharedDropout(0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(0, 1]");
    }

    /** What ones become, row by row. */
    private static double[][] outputs(double keep, long seed, int rows, int tile) {
        Network network = Network.builder(Shape.flat(UNITS))
                .add("dropped", new SharedDropout(keep, seed))
                .build(Loss.SQUARED_ERROR);
        double[] ones = new double[rows * UNITS];
        java.util.Arrays.fill(ones, 1);
        Dataset data = Dataset.of(
                "ones", Shape.flat(UNITS), Features.of(ones, UNITS), Targets.real(new double[rows * UNITS], UNITS));
        double[][] outputs = new double[rows][];
        try (Engine engine = SmallProblems.reference(1, tile);
                Weights weights = Weights.of(engine.compute(), new Model(network, new double[0], new double[0]));
                Passes passes = new Passes(engine, weights)) {
            passes.forEachTile(data, (worker, pass, from) -> {
                double[][] activations = pass.activations(0);
                System.arraycopy(activations, 0, outputs, from, activations.length);
            });
        }
        return outputs;
    }
}
