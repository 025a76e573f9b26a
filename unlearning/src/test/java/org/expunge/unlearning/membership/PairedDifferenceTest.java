package org.expunge.unlearning.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PairedDifferenceTest {
    @Test
    void equalsTheTextbookInterval() {
        // Differences 1, 2, 3, 4, 5: mean 3, standard error 1/√2, and t with 4 degrees of freedom is 2.7764.
        PairedDifference found = PairedDifference.of(new double[] {2, 3, 4, 5, 6}, new double[] {1, 1, 1, 1, 1});

        assertThat(found.mean()).isCloseTo(3, within(1e-15));
        assertThat(found.halfWidth() / (2.7764 / Math.sqrt(2))).isCloseTo(1, within(0.02));
        assertThat(found.isAbove(1)).isTrue();
        assertThat(found.isAbove(1.5)).isFalse();
    }

    @Test
    void manyRowsApproachTheNormalLaw() {
        double[] x = new double[1000];
        for (int i = 0; i < x.length; i++) {
            x[i] = i % 2;
        }

        PairedDifference found = PairedDifference.of(x, new double[1000]);

        // t with 999 degrees of freedom is 1.96234; the deviation is ½ · √(1000/999).
        assertThat(found.halfWidth()).isCloseTo(1.96234 * 0.5 * Math.sqrt(1.0 / 999), within(1e-6));
    }

    @Test
    void oneRowSaysNothing() {
        PairedDifference found = PairedDifference.of(new double[] {4}, new double[] {1});

        assertThat(found.isAbove(0)).isFalse();
    }
}
