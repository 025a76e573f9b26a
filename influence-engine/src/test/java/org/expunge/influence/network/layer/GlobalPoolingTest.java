package org.expunge.influence.network.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.expunge.influence.network.layer.LayerChecks.counting;
import static org.expunge.influence.network.layer.LayerChecks.outputOf;

import org.expunge.influence.data.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GlobalPoolingTest {
    @ParameterizedTest
    @EnumSource
    void derivativesAgreeWithDifferences(PoolingKind kind) {
        LayerChecks.check(new Shape(3, 2, 4), new GlobalPooling(kind));
    }

    @Test
    void putsOutOneNumberAChannel() {
        Shape image = new Shape(2, 2, 2);

        assertThat(outputOf(image, new GlobalPooling(PoolingKind.MAX), counting(8)))
                .containsExactly(4, 8);
        assertThat(outputOf(image, new GlobalPooling(PoolingKind.AVERAGE), counting(8)))
                .containsExactly(2.5, 6.5);
        assertThat(outputOf(image, new GlobalPooling(PoolingKind.SUM), counting(8)))
                .containsExactly(10, 26);
    }
}
