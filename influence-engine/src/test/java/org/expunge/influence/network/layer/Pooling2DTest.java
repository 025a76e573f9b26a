package org.expunge.influence.network.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.expunge.influence.network.layer.LayerChecks.counting;
import static org.expunge.influence.network.layer.LayerChecks.outputOf;

import org.expunge.influence.data.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class Pooling2DTest {
    @ParameterizedTest
    @EnumSource
    void derivativesAgreeWithDifferences(PoolingKind kind) {
        LayerChecks.check(new Shape(2, 4, 4), new Pooling2D(kind, 2));
    }

    @ParameterizedTest
    @EnumSource
    void derivativesAgreeWithDifferencesInOverlappingPaddedWindows(PoolingKind kind) {
        Shape image = new Shape(2, 5, 4);

        LayerChecks.check(image, new Pooling2D(kind, 3, 2, 2, 1, Padding.same(), 1, 1, false));
        LayerChecks.check(image, new Pooling2D(kind, 3, 2, 2, 1, Padding.symmetric(1, 1), 1, 2, true));
    }

    @Test
    void poolsWindowsSideBySide() {
        Shape image = new Shape(1, 4, 4);

        assertThat(outputOf(image, new Pooling2D(PoolingKind.MAX, 2), counting(16)))
                .containsExactly(6, 8, 14, 16);
        assertThat(outputOf(image, new Pooling2D(PoolingKind.AVERAGE, 2), counting(16)))
                .containsExactly(3.5, 5.5, 11.5, 13.5);
        assertThat(outputOf(image, new Pooling2D(PoolingKind.SUM, 2), counting(16)))
                .containsExactly(14, 22, 46, 54);
    }

    @Test
    void paddingIsNeverTheMaximumAndCountsInTheMeanOnlyWhenAsked() {
        Shape image = new Shape(1, 2, 2);
        Padding padding = Padding.symmetric(1, 1);
        double[] negative = {-1, -2, -3, -4};

        assertThat(outputOf(image, new Pooling2D(PoolingKind.MAX, 2, 2, 2, 2, padding, 1, 1, true), negative))
                .containsExactly(-1, -2, -3, -4);
        assertThat(outputOf(image, new Pooling2D(PoolingKind.AVERAGE, 2, 2, 2, 2, padding, 1, 1, false), negative))
                .containsExactly(-1, -2, -3, -4);
        assertThat(outputOf(image, new Pooling2D(PoolingKind.AVERAGE, 2, 2, 2, 2, padding, 1, 1, true), negative))
                .containsExactly(-0.25, -0.5, -0.75, -1);
        assertThat(outputOf(image, new Pooling2D(PoolingKind.SUM, 2, 2, 2, 2, padding, 1, 1, false), negative))
                .containsExactly(-1, -2, -3, -4);
    }
}
