package org.expunge.unlearning.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LossAucTest {
    @Test
    void countsPairsWithTiesAsHalf() {
        LossAuc auc = LossAuc.of(new double[] {1, 2, 2}, new double[] {2, 3, 0, 0});

        // Of 12 pairs the member is lower in 2 + 1 + 1 and equal in 1 + 1.
        assertThat(auc.value()).isCloseTo(5.0 / 12, within(1e-15));
    }

    @Test
    void isOneWhenAllMembersAreLowerAndZeroWhenNoneIs() {
        assertThat(LossAuc.of(new double[] {0, 1}, new double[] {2, 3}).value()).isEqualTo(1);
        assertThat(LossAuc.of(new double[] {2, 3}, new double[] {0, 1}).value()).isZero();
    }

    @Test
    void theStandardErrorIsTheSpreadOverRepeatedDraws() {
        Random random = new Random(4);
        int draws = 2000;
        double sum = 0;
        double squares = 0;
        double claimed = 0;
        for (int i = 0; i < draws; i++) {
            LossAuc auc = LossAuc.of(normals(random, 30, -0.5), normals(random, 50, 0));
            sum += auc.value();
            squares += auc.value() * auc.value();
            claimed += auc.standardError() / draws;
        }
        double spread = Math.sqrt(squares / draws - (sum / draws) * (sum / draws));

        // The spread of 2000 draws is known to 1 / sqrt(4000) = 1.6 %; four of those.
        assertThat(claimed / spread).isCloseTo(1, within(0.064));
    }

    @Test
    void theNullErrorIsThatOfTheMannWhitneyStatistic() {
        assertThat(LossAuc.nullError(3, 4)).isCloseTo(Math.sqrt(8.0 / (12 * 12)), within(1e-15));
    }

    @Test
    void infiniteLossesRankLast() {
        assertThat(LossAuc.of(new double[] {Double.POSITIVE_INFINITY}, new double[] {1, Double.POSITIVE_INFINITY})
                        .value())
                .isEqualTo(0.25);
    }

    @Test
    void needsRowsOnBothSides() {
        assertThatThrownBy(() -> LossAuc.of(new double[0], new double[] {1}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static double[] normals(Random random, int count, double mean) {
        return random.doubles(count).map(u -> mean + random.nextGaussian()).toArray();
    }
}
