package org.expunge.influence.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class EffectAgreementTest {
    private static final double[][] FOUND = {{1, 2, 3}, {-1, 0, 4}};

    @Test
    void effectsOfHalfTheSizeAreAllRightButForTheSlope() {
        double[][] half = {{0.5, 1, 1.5}, {-0.5, 0, 2}};

        EffectAgreement agreement = EffectAgreement.of(half, FOUND);

        assertThat(agreement.pearson()).isCloseTo(1, within(1e-12));
        assertThat(agreement.spearman()).isCloseTo(1, within(1e-12));
        assertThat(agreement.slope()).isCloseTo(2, within(1e-12));
        assertThat(agreement.relativeError()).isCloseTo(0.5, within(1e-12));
        assertThat(agreement.pairs()).isEqualTo(6);
        assertThat(agreement.meanOfQueries()).isCloseTo(1, within(1e-12));
    }

    @Test
    void aQueryOfTheWrongSignIsSeenAlone() {
        EffectAgreement agreement = EffectAgreement.of(new double[][] {{1, 2, 3}, {1, 0, -4}}, FOUND);

        assertThat(agreement.ofQueries().get(0)).isCloseTo(1, within(1e-12));
        assertThat(agreement.ofQueries().get(1)).isCloseTo(-1, within(1e-12));
        assertThat(agreement.pearson()).isLessThan(0.2);
    }

    /** Worked out by hand: x = 0, 1, 2 against y = 1, 1, 4 has slope 3/2 and correlation √3/2. */
    @Test
    void theSlopeIsThatOfLeastSquares() {
        EffectAgreement agreement = EffectAgreement.of(new double[][] {{0, 1, 2}}, new double[][] {{1, 1, 4}});

        assertThat(agreement.slope()).isCloseTo(1.5, within(1e-12));
        assertThat(agreement.pearson()).isCloseTo(Math.sqrt(3) / 2, within(1e-12));
        assertThat(agreement.relativeError()).isCloseTo(Math.sqrt(5.0 / 18), within(1e-12));
    }

    @Test
    void queriesWithoutOrderAreLeftOutOfTheMean() {
        EffectAgreement agreement = EffectAgreement.of(new double[][] {{1, 2, 3}, {5, 5, 5}}, FOUND);

        assertThat(agreement.ofQueries().get(1)).isNaN();
        assertThat(agreement.meanOfQueries()).isCloseTo(1, within(1e-12));
    }

    @Test
    void refusesShapesThatDoNotFit() {
        assertThatThrownBy(() -> EffectAgreement.of(new double[1][3], FOUND)).hasMessage("1 queries against 2");
        assertThatThrownBy(() -> EffectAgreement.of(new double[2][2], FOUND)).hasMessageContaining("cannot be");
    }
}
