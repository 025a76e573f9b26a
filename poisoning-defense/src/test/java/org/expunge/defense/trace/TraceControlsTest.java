package org.expunge.defense.trace;

import static org.assertj.core.api.Assertions.assertThat;

import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.junit.jupiter.api.Test;

class TraceControlsTest {
    private final Dataset train = Dataset.of(
            "plane",
            Shape.flat(2),
            Features.of(new double[] {0, 0, 3, 4, 1, 1, 10, 10}, 2),
            Targets.classes(new int[] {1, 1, 0, 1}, 2));

    @Test
    void ranksSameLabelRowsByTheirNearestTarget() {
        Dataset targets = Dataset.of(
                "inputs",
                Shape.flat(2),
                Features.of(new double[] {3, 3, 100, 100}, 2),
                Targets.classes(new int[] {0, 0}, 2));

        RowRanking ranking = TraceControls.nearest(train, targets, 1);

        assertThat(ranking.ranked()).containsExactly(1, 0, 3);
        assertThat(ranking.scores().get(1)).isEqualTo(-1);
        assertThat(ranking.scores().get(2)).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(ranking.toFiniteArray()[2])
                .isFinite()
                .isLessThan(ranking.scores().get(3));
    }

    @Test
    void ranksByNormWithTiesByIndex() {
        assertThat(TraceControls.gradientNorm(train, 1, new double[] {2, 5, 9, 2})
                        .ranked())
                .containsExactly(1, 0, 3);
    }

    @Test
    void ranksByLossAndByTheClassAlone() {
        assertThat(TraceControls.loss(train, 1, new double[] {2, 1, 9, 3}).ranked())
                .containsExactly(3, 0, 1);
        assertThat(TraceControls.classPrior(train, 1).toFiniteArray()).containsExactly(0, 0, -1, 0);
    }

    @Test
    void repeatsARandomOrderForItsSeed() {
        assertThat(TraceControls.random(train, 1, 4)).isEqualTo(TraceControls.random(train, 1, 4));
    }
}
