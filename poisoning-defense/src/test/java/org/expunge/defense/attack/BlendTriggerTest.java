package org.expunge.defense.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.expunge.influence.data.Shape;
import org.junit.jupiter.api.Test;

class BlendTriggerTest {
    private static final Shape SHAPE = new Shape(1, 2, 2);

    @Test
    void mixesThePatternIn() {
        double[] dark = applied(new BlendTrigger(0.25, 0, 16, 5), 0, 0, 0, 0);
        double[] light = applied(new BlendTrigger(0.25, 0, 16, 5), 16, 16, 16, 16);

        for (int j = 0; j < 4; j++) {
            double pattern = dark[j] / 0.25;
            assertThat(pattern).isBetween(0.0, 16.0);
            assertThat(light[j]).isCloseTo(0.75 * 16 + 0.25 * pattern, within(1e-12));
        }
        assertThat(dark).doesNotHaveDuplicates();
    }

    @Test
    void theSeedAloneDrawsThePattern() {
        assertThat(applied(new BlendTrigger(0.5, 0, 1, 5), 0, 0, 0, 0))
                .isEqualTo(applied(new BlendTrigger(0.5, 0, 1, 5), 0, 0, 0, 0))
                .isNotEqualTo(applied(new BlendTrigger(0.5, 0, 1, 6), 0, 0, 0, 0));
    }

    @Test
    void refusesSharesOutOfRange() {
        assertThatThrownBy(() -> new BlendTrigger(0, 0, 1, 5)).hasMessageContaining("got 0.0");
        assertThatThrownBy(() -> new BlendTrigger(0.2, 1, 1, 5)).hasMessageContaining("empty");
    }

    private static double[] applied(Trigger trigger, double... row) {
        trigger.apply(Trigger.Use.POISON, SHAPE, row, new SplittableRandom(1));
        return row;
    }
}
