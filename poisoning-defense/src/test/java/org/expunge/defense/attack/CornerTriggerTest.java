package org.expunge.defense.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.expunge.influence.data.Shape;
import org.junit.jupiter.api.Test;

class CornerTriggerTest {
    private static final Shape SHAPE = new Shape(1, 3, 3);
    /** One pixel in each corner, weaker and weaker clockwise from the lower right one. */
    private final CornerTrigger trigger = new CornerTrigger(1, 10, List.of(0.8, 0.6, 0.4, 0.2), 2);

    @Test
    void trainingRowsShowOneCornerEach() {
        RandomGenerator random = new SplittableRandom(1);
        TreeSet<String> seen = new TreeSet<>();
        for (int i = 0; i < 60; i++) {
            seen.add(Arrays.toString(applied(Trigger.Use.POISON, random)));
        }

        assertThat(seen)
                .containsExactlyInAnyOrder(
                        "[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 8.0]",
                        "[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 6.0, 0.0, 0.0]",
                        "[4.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]",
                        "[0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]");
    }

    @Test
    void inputsShowTheFirstCornersInFull() {
        assertThat(applied(Trigger.Use.INPUT, new SplittableRandom(1))).containsExactly(0, 0, 0, 0, 0, 0, 10, 0, 10);
    }

    @Test
    void refusesSquaresThatTouch() {
        assertThatThrownBy(() -> new CornerTrigger(2, 1, CornerTrigger.WEAK, 2)
                        .apply(Trigger.Use.POISON, SHAPE, new double[9], new SplittableRandom(1)))
                .hasMessageContaining("do not fit");
        assertThatThrownBy(() -> new CornerTrigger(1, 1, List.of(0.5), 2)).hasMessageContaining("of 1 corners 2");
    }

    private double[] applied(Trigger.Use use, RandomGenerator random) {
        double[] image = new double[9];
        trigger.apply(use, SHAPE, image, random);
        return image;
    }
}
