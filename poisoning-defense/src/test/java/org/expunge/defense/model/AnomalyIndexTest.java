package org.expunge.defense.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class AnomalyIndexTest {
    @Test
    void countsRobustDeviationsBelowTheMedianAlone() {
        // median 10, deviations 8, 1, 0, 1, 90: MAD 1
        double[] indices = AnomalyIndex.below(new double[] {2, 9, 10, 11, 100});

        assertThat(indices)
                .containsExactly(new double[] {8 / 1.4826, 1 / 1.4826, 0, -1 / 1.4826, -90 / 1.4826}, within(1e-12));
    }

    @Test
    void theMedianOfAnEvenNumberIsTheMeanOfTheTwoInTheMiddle() {
        // median 9 and deviations 7, 1, 1, 3, so that their median is 2; the lower of two middle values gave 8 and 1
        double[] indices = AnomalyIndex.below(new double[] {2, 8, 10, 12});

        assertThat(indices[0]).isCloseTo(7 / (1.4826 * 2), within(1e-12));
    }

    @Test
    void equalValuesAreNotDividedByNothing() {
        assertThat(AnomalyIndex.below(new double[] {5, 5, 5, 5})).containsOnly(0);
        assertThat(AnomalyIndex.below(new double[] {5, 5, 5, 1})[3]).isCloseTo(4 / (1.4826 * 0.05), within(1e-9));
    }
}
