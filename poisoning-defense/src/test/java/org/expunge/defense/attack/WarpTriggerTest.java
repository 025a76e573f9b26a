package org.expunge.defense.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.expunge.influence.data.Shape;
import org.junit.jupiter.api.Test;

class WarpTriggerTest {
    private static final Shape SHAPE = new Shape(1, 5, 5);

    @Test
    void readsBetweenPixelsBilinearly() {
        double[] plane = {0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23};

        assertThat(WarpTrigger.between(plane, 0, 3, 4, 0.5, 1.25)).isEqualTo(6.25);
        assertThat(WarpTrigger.between(plane, 0, 3, 4, 2, 3)).isEqualTo(23);
    }

    @Test
    void shiftsAPlaneBySizesOfTheFormula() {
        // on a ramp of columns, a pixel's new value is the column that it was read from
        double[] ramp = new double[25];
        Arrays.setAll(ramp, i -> i % 5);
        double[] warped = ramp.clone();
        new WarpTrigger(2, 0.5, 4).apply(Trigger.Use.POISON, SHAPE, warped, new SplittableRandom(1));

        double[] noise = new SplittableRandom(4).doubles(8, -1, 1).toArray();
        double mean = DoubleStream.of(noise).map(Math::abs).sum() / 8;
        for (int y = 0; y < 5; y++) {
            for (int x = 0; x < 5; x++) {
                double v = y / 4.0;
                double h = x / 4.0;
                double field = (1 - v) * ((1 - h) * noise[4] + h * noise[5]) + v * ((1 - h) * noise[6] + h * noise[7]);
                // s · n / size in coordinates where 4 pixels are a length of 2
                double column = x + 0.5 * field / mean / 5 * 2;
                double expected = Math.max(0, Math.min(4, column));
                assertThat(warped[y * 5 + x]).isCloseTo(expected, within(1e-12));
            }
        }
        assertThat(warped).isNotEqualTo(ramp);
    }

    @Test
    void theFieldIsTheSameForEveryPoisonedRowButNotForCovers() {
        assertThat(warped(Trigger.Use.POISON, 1)).isEqualTo(warped(Trigger.Use.INPUT, 2));
        assertThat(warped(Trigger.Use.COVER, 1))
                .isNotEqualTo(warped(Trigger.Use.INPUT, 1))
                .isNotEqualTo(warped(Trigger.Use.COVER, 2));
    }

    @Test
    void refusesTables() {
        assertThatThrownBy(() -> new WarpTrigger(4, 0.5, 4)
                        .apply(Trigger.Use.POISON, Shape.flat(9), new double[9], new SplittableRandom(1)))
                .hasMessageContaining("needs images");
    }

    private static double[] warped(Trigger.Use use, long seed) {
        double[] image = new SplittableRandom(7).doubles(25).toArray();
        new WarpTrigger(4, 0.5, 4).apply(use, SHAPE, image, new SplittableRandom(seed));
        return image;
    }
}
