package org.expunge.unlearning.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ClopperPearsonTest {
    @Test
    void noEventsHaveAClosedForm() {
        for (int trials : new int[] {1, 20, 5_000}) {
            assertThat(ClopperPearson.upper(0, trials, 0.025))
                    .isCloseTo(1 - Math.pow(0.025, 1.0 / trials), within(1e-12));
        }
    }

    @Test
    void agreesWithPublishedLimits() {
        // The classical table of 95 % limits: 1 of 10, 5 of 10.
        assertThat(ClopperPearson.upper(1, 10, 0.025)).isCloseTo(0.4450, within(5e-5));
        assertThat(ClopperPearson.upper(5, 10, 0.025)).isCloseTo(0.8129, within(5e-5));
    }

    @Test
    void theLimitIsWhereTheBinomialTailHasTheRisk() {
        double rate = ClopperPearson.upper(3, 40, 0.05);
        double tail = 0;
        double choose = 1;
        for (int k = 0; k <= 3; k++) {
            tail += choose * Math.pow(rate, k) * Math.pow(1 - rate, 40 - k);
            choose *= (40.0 - k) / (k + 1);
        }

        assertThat(tail).isCloseTo(0.05, within(1e-12));
    }

    @Test
    void allEventsSayNothing() {
        assertThat(ClopperPearson.upper(7, 7, 0.025)).isEqualTo(1);
        assertThatThrownBy(() -> ClopperPearson.upper(8, 7, 0.025)).isInstanceOf(IllegalArgumentException.class);
    }
}
