package org.expunge.defense.identify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LabelSupportTest {
    @Test
    void theBinomialTailAgreesWithCountingByHand() {
        // three tosses of a fair coin: at least two heads in 4 of 8
        assertThat(BinomialTest.upperTail(2, 3, 0.5)).isCloseTo(0.5, within(1e-12));
        assertThat(BinomialTest.upperTail(0, 3, 0.1)).isCloseTo(1, within(1e-12));
        assertThat(BinomialTest.upperTail(3, 3, 0.1)).isCloseTo(1e-3, within(1e-12));
        // far tails and many draws do not underflow to nothing
        assertThat(BinomialTest.upperTail(1, 20_000, 0.05)).isCloseTo(1, within(1e-9));
    }

    @Test
    void theCleanRateIsDrawnTowardsTheNominalOne() {
        LabelSupport support = LabelSupport.of(7, 70, 13, 20, 3, 0.05);

        assertThat(support.cleanRate()).isCloseTo((3 + 20 * 0.05) / 40, within(1e-12));
        assertThat(support.isSupported()).isEqualTo(support.pValue() <= 0.05);
        assertThat(LabelSupport.of(7, 70, 13, 20, 1, 0.05).isSupported()).isTrue();
        assertThat(LabelSupport.of(7, 70, 4, 20, 1, 0.05).isSupported()).isFalse();
    }
}
