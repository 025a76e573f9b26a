package org.expunge.defense.identify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class FisherExactTestTest {
    @Test
    void agreesWithTheLadyTastingTea() {
        // 4 cups of 8: P(at least 3 right) = (16 + 1) / 70
        assertThat(FisherExactTest.upperTail(3, 4, 1, 4)).isCloseTo(17.0 / 70, within(1e-12));
        assertThat(FisherExactTest.upperTail(4, 4, 0, 4)).isCloseTo(1.0 / 70, within(1e-12));
    }

    @Test
    void isOneWhenNothingWasHit() {
        assertThat(FisherExactTest.upperTail(0, 10, 3, 20)).isCloseTo(1, within(1e-12));
        assertThat(FisherExactTest.upperTail(0, 0, 0, 0)).isEqualTo(1);
    }
}
