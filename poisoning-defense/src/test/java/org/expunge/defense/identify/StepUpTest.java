package org.expunge.defense.identify;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StepUpTest {
    @Test
    void keepsTheRuleWorkedOutByHand() {
        // limits at rate .1 and 5 tests: .02 .04 .06 .08 .1; the third smallest is the last that meets its limit
        double[] p = {0.9, 0.05, 0.001, 0.09, 0.041};

        assertThat(StepUp.discoveries(p, 0.1)).containsExactly(false, true, true, false, true);
    }

    @Test
    void findsNothingWhereNoLimitIsMet() {
        assertThat(StepUp.discoveries(new double[] {0.03, 0.06, 0.2}, 0.05)).containsExactly(false, false, false);
        assertThat(StepUp.discoveries(new double[0], 0.05)).isEmpty();
    }
}
