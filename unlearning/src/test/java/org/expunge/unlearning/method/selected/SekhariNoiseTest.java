package org.expunge.unlearning.method.selected;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SekhariNoiseTest {
    @Test
    void hasTheReleasedDeviation() {
        assertThat(SekhariNoise.RELEASED.deviation(1, 50_000, 0.01)).isCloseTo(0.006215, within(5e-7));
    }

    @Test
    void growsWithTheSquareOfTheRowsForgotten() {
        double one = SekhariNoise.RELEASED.deviation(1, 1_000, 0.1);

        assertThat(SekhariNoise.RELEASED.deviation(3, 1_000, 0.1)).isCloseTo(9 * one, within(1e-12));
        assertThat(new SekhariNoise(0.2, 0.01, 1, 0.25).deviation(1, 1_000, 0.1))
                .isCloseTo(one / 2, within(1e-15));
    }

    @Test
    void refusesValuesOutOfRange() {
        assertThatThrownBy(() -> new SekhariNoise(0, 0.1, 1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SekhariNoise(1, 1, 1, 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
