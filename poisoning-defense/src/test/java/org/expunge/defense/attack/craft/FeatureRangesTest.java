package org.expunge.defense.attack.craft;

import static org.assertj.core.api.Assertions.assertThat;

import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.junit.jupiter.api.Test;

class FeatureRangesTest {
    private static final double[] VALUES = {1, 20, 3, 3, 5, 10, 3, 4};

    @Test
    void columnsOfATableHaveTheirOwnRanges() {
        FeatureRanges ranges = of(Shape.flat(4));

        assertThat(ranges.span(0)).isEqualTo(4);
        assertThat(ranges.span(2)).isZero();
        assertThat(ranges.lowest(1)).isEqualTo(10);
        assertThat(ranges.highest(1)).isEqualTo(20);
        assertThat(ranges.width()).isEqualTo(4);
    }

    @Test
    void pixelsShareOneRange() {
        FeatureRanges ranges = of(new Shape(1, 2, 2));

        assertThat(ranges.span(2)).isEqualTo(19);
        assertThat(ranges.lowest()).isEqualTo(1);
        assertThat(ranges.highest()).isEqualTo(20);
    }

    private static FeatureRanges of(Shape shape) {
        return FeatureRanges.of(
                Dataset.of("rows", shape, Features.of(VALUES, 4), Targets.classes(new int[] {0, 1}, 2)));
    }
}
