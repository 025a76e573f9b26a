package org.expunge.defense.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ExcessTest {
    private static final int[] INPUTS = {0, 1, 2, 3};
    private static final int[] USUAL = {4, 5, 6, 7, 8, 9};

    @Test
    void measuresAreThoseOfTheLiterature() {
        // 3 of 4 where 2 of 5 are inputs: (3 - 1.6) / sqrt(4 * 0.4 * 0.6), and 3 ln(0.75 / 0.4) + ln(0.25 / 0.6)
        assertThat(Excess.Measure.STANDARDISED.of(3, 4, 0.4)).isCloseTo(1.4288690, within(1e-6));
        assertThat(Excess.Measure.LIKELIHOOD.of(3, 4, 0.4)).isCloseTo(1.0103573, within(1e-6));
        assertThat(Excess.Measure.LIKELIHOOD.of(4, 4, 0.5)).isCloseTo(4 * Math.log(2), within(1e-12));
        assertThat(Excess.Measure.LIKELIHOOD.of(1, 4, 0.4)).isZero();
    }

    @Test
    void theCutIsWhereInputsOutnumberMost() {
        double[] resting = {9, 8, 1, 6, 0, 0.1, 7, 0.3, 0.2, 0.4};

        Excess excess = Excess.largest(resting, INPUTS, USUAL, 2, Excess.Measure.LIKELIHOOD);

        // after 2 both are inputs: 2 ln 2.5 = 1.83; after 4 three are: 1.01; after 5 four are: 4 ln 2 + ln(1 / 3) =
        // 1.67
        assertThat(excess.among()).containsExactly(0, 1);
        assertThat(excess.value()).isCloseTo(2 * Math.log(2.5), within(1e-12));
    }

    @Test
    void whatRestsOnTheRowsAlikeIsAllInOrAllOut() {
        double[] ties = {2, 2, 1, 0, 2, 2, 0, 0, 0, 0};

        Excess excess = Excess.largest(ties, INPUTS, USUAL, 2, Excess.Measure.LIKELIHOOD);

        // of 4 two are inputs, of 5 three are: 3 ln(0.6 / 0.4) + 2 ln(0.4 / 0.6)
        assertThat(excess.among()).containsExactly(0, 1, 2);
        assertThat(excess.value()).isCloseTo(Math.log(1.5), within(1e-12));
        assertThat(Excess.largest(new double[10], INPUTS, USUAL, 2, Excess.Measure.STANDARDISED))
                .isEqualTo(new Excess(0, List.of()));
    }

    @Test
    void nothingIsSaidOfTooFew() {
        assertThat(Excess.largest(new double[10], INPUTS, USUAL, 5, Excess.Measure.STANDARDISED))
                .isEqualTo(Excess.NONE);
    }
}
