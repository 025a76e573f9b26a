package org.expunge.influence.network.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Stream;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.compute.reference.ReferenceCompute;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.Pass;
import org.expunge.influence.network.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LayerNormalizationTest {
    static Stream<LayerNormalization> layers() {
        return Stream.of(
                LayerNormalization.DEFAULT, new LayerNormalization(0, true), new LayerNormalization(0.5, false));
    }

    @ParameterizedTest
    @MethodSource("layers")
    void derivativesAgreeWithDifferences(LayerNormalization layer) {
        LayerChecks.check(Shape.flat(5), layer);
        LayerChecks.check(new Shape(3, 2, 2), layer);
    }

    @Test
    void everyPositionIsNormalisedOverItsChannels() {
        double[] biasAndGain = {10, 20, 30, 2, 3, 4};
        // position 0 holds 1, 3, 5: mean 3, variance 8/3; position 1 holds 6, 6, 9: mean 7, variance 2
        double[] y = outputs(new LayerNormalization(0, true), new Shape(3, 1, 2), biasAndGain, 1, 6, 3, 6, 5, 9);

        double first = 2 / Math.sqrt(8.0 / 3);
        double second = 1 / Math.sqrt(2);
        assertThat(y)
                .containsExactly(
                        new double[] {
                            10 - 2 * first, 10 - 2 * second, 20, 20 - 3 * second, 30 + 4 * first, 30 + 8 * second
                        },
                        within(1e-12));
    }

    @Test
    void channelsThatDoNotDifferLeaveTheBias() {
        double[] y = outputs(new LayerNormalization(0, true), Shape.flat(3), new double[] {1, 2, 3, 4, 5, 6}, 7, 7, 7);

        assertThat(y).containsExactly(1, 2, 3);
    }

    @Test
    void aNegativeEpsilonIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new LayerNormalization(-1e-9, true));
    }

    private static double[] outputs(LayerNormalization layer, Shape shape, double[] parameters, double... x) {
        Network network = Network.builder(shape).add("tested", layer).build(Loss.SQUARED_ERROR);
        Dataset row = Dataset.of("one", shape, Features.of(x, x.length), Targets.real(new double[x.length], x.length));
        try (Compute compute = new ReferenceCompute();
                Weights weights = Weights.of(compute, new Model(network, parameters, new double[0]));
                Pass pass = new Pass(compute, weights, 1)) {
            pass.load(row, new int[] {0}, 0, 1);
            pass.forward();
            return pass.activations(0)[0];
        }
    }
}
