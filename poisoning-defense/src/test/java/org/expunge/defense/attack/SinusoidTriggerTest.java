package org.expunge.defense.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.expunge.influence.data.Shape;
import org.junit.jupiter.api.Test;

class SinusoidTriggerTest {
    @Test
    void addsTheWaveToEachColumnAndCutsAtTheRange() {
        double[] image = {5, 5, 5, 5, 9, 9, 9, 9};

        new SinusoidTrigger(2, 1, 0, 10).apply(Trigger.Use.POISON, new Shape(1, 2, 4), image, new SplittableRandom(1));

        // sin(2π j/4) = 0, 1, 0, −1
        double[] byHand = {5, 7, 5, 3, 9, 10, 9, 7};
        assertThat(image).containsExactly(byHand, within(1e-12));
    }

    @Test
    void refusesRowsWithoutColumns() {
        assertThatThrownBy(() -> new SinusoidTrigger(2, 1, 0, 10)
                        .apply(Trigger.Use.POISON, Shape.flat(4), new double[4], new SplittableRandom(1)))
                .hasMessageContaining("needs images");
        assertThatThrownBy(() -> new SinusoidTrigger(0, 1, 0, 1)).hasMessageContaining("got 0.0");
    }
}
