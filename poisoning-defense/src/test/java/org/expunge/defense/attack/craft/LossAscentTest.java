package org.expunge.defense.attack.craft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.gradient.PerExample;
import org.junit.jupiter.api.Test;

class LossAscentTest {
    private final Surrogate surrogate = SmallWorld.surrogate();
    private final Dataset bases = SmallWorld.rows(6);

    @Test
    void raisesEveryLossWithinTheBound() {
        Dataset crafted = crafter(0.1).craft(bases);

        double[] before = losses(bases);
        double[] after = losses(crafted);
        for (int i = 0; i < 6; i++) {
            assertThat(after[i]).isGreaterThan(before[i]);
            assertThat(crafted.row(i)).isNotEqualTo(bases.row(i));
            assertThat(crafted.label(i)).isEqualTo(bases.label(i));
        }
        assertThat(SmallWorld.farthest(bases, crafted)).isCloseTo(0.1, within(1e-9));
    }

    @Test
    void climbsWithinABallToo() {
        Bound ball = Bound.euclidean(0.4, FeatureRanges.of(SmallWorld.rows(12)));

        Dataset crafted = new LossAscent(surrogate, LossAscent.Options.of(ball, 10)).craft(bases);

        double[] before = losses(bases);
        double[] after = losses(crafted);
        for (int i = 0; i < 6; i++) {
            assertThat(after[i]).isGreaterThan(before[i]);
            assertThat(ball.distance(crafted.row(i), bases.row(i))).isLessThan(0.4 + 1e-9);
        }
    }

    @Test
    void staysWithinTheRangeOfTheData() {
        Dataset crafted = crafter(1).craft(bases);

        FeatureRanges ranges = FeatureRanges.of(SmallWorld.rows(12));
        for (int j = 0; j < 6; j++) {
            assertThat(crafted.row(0)[j]).isBetween(ranges.lowest(j), ranges.highest(j));
        }
    }

    @Test
    void thePublishedBallIsCutToTwoThirdsOfTheRows() {
        // in units of the ranges every row but the first is as long as the root of its width
        assertThat(LossAscent.published(brightButOne(2, 2)))
                .returns(Bound.Norm.EUCLIDEAN, Bound::norm)
                .extracting(Bound::epsilon)
                .satisfies(epsilon -> assertThat(epsilon).isCloseTo(Math.sqrt(2) / 3, within(1e-12)));
        assertThat(LossAscent.published(brightButOne(2, 100)).epsilon()).isCloseTo(10.0 / 3, within(1e-12));
        assertThat(LossAscent.published(brightButOne(5, 100)).epsilon()).isEqualTo(5);
    }

    /** The first row is dark. */
    private static Dataset brightButOne(int rows, int width) {
        double[] values = new double[rows * width];
        Arrays.fill(values, width, values.length, 7);
        return Dataset.of("bright", Shape.flat(width), Features.of(values, width), Targets.classes(new int[rows], 2));
    }

    @Test
    void refusesBoundsOutOfRange() {
        assertThatThrownBy(() -> SmallWorld.bound(0)).hasMessageContaining("got 0.0");
        assertThatThrownBy(() -> LossAscent.Options.of(SmallWorld.bound(0.1), 0))
                .hasMessageContaining("at least 1");
    }

    private Crafter crafter(double epsilon) {
        return new LossAscent(surrogate, LossAscent.Options.of(SmallWorld.bound(epsilon), 10));
    }

    private double[] losses(Dataset raw) {
        return new PerExample(SmallWorld.ENGINE).losses(surrogate.model(), surrogate.seen(raw));
    }
}
