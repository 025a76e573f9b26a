package org.expunge.influence.network.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Random;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Shape;
import org.expunge.influence.network.Network;
import org.expunge.influence.testkit.SequenceLayers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MaskedPoolingTest {
    @ParameterizedTest
    @EnumSource
    void derivativesAgreeWithDifferences(PoolingKind kind) {
        Network network = Network.builder(SequenceLayers.NETWORK.input())
                .add("embedding", new Embedding(SequenceLayers.TOKENS, 3, false))
                .add("tested", new MaskedPooling(kind), List.of("embedding", "input"))
                .build(Loss.SOFTMAX_CROSS_ENTROPY);
        Dataset data = SequenceLayers.rows(4, new Random(1));

        LayerChecks.checkTokens(network, data);
    }

    @Test
    void onlyPositionsWithATokenCount() {
        assertThat(pooled(PoolingKind.AVERAGE, 3, -5, 0)).containsExactly(-1);
        assertThat(pooled(PoolingKind.SUM, 3, -5, 0)).containsExactly(-2);
        assertThat(pooled(PoolingKind.MAX, -3, -5, 0)).containsExactly(-3);
        assertThat(pooled(PoolingKind.MAX, 0, -5, 0)).containsExactly(-5);
    }

    @Test
    void inPaddingAloneTheFirstPositionCounts() {
        for (PoolingKind kind : PoolingKind.values()) {
            assertThat(pooled(kind, 0, 0, 0)).containsExactly(0);
        }
    }

    @Test
    void tokensOfAnotherLengthAreRefused() {
        Network.Builder builder = Network.builder(new Shape(1, 1, 3))
                .add("embedding", new Embedding(4, 2, false))
                .add("shorter", new Convolution1D(2, 2, 1, Padding.none(), 1, true));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.add("pool", new MaskedPooling(PoolingKind.MAX), List.of("shorter", "input")))
                .withMessageContaining("layer pool");
    }

    /** Pools numbers that are their own token numbers. */
    private static double[] pooled(PoolingKind kind, double... numbers) {
        Network network = Network.builder(new Shape(1, 1, numbers.length))
                .add("same", new Reshape(new Shape(1, 1, numbers.length)))
                .add("tested", new MaskedPooling(kind), List.of("same", "input"))
                .build(Loss.SQUARED_ERROR);
        return LayerChecks.outputOf(network, numbers);
    }
}
