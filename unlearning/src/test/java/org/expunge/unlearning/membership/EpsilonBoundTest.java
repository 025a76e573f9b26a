package org.expunge.unlearning.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class EpsilonBoundTest {
    @Test
    void randomizedResponseShowsNoMoreThanItsEpsilon() {
        // Says the truth with probability e^ε / (1 + e^ε): exactly ε, for δ = 0. At 97.5 % a side it may fail.
        double epsilon = 1.5;
        int above = 0;
        for (int seed = 0; seed < 40; seed++) {
            EpsilonBound bound = randomizedResponse(epsilon, 2_000, seed);
            above += bound.epsilon() > epsilon ? 1 : 0;
            assertThat(bound.epsilon()).isGreaterThan(1.1);
        }

        assertThat(above).isLessThanOrEqualTo(5); // at most 5 % of 40 expected; 5 or fewer with probability 0.985
    }

    @Test
    void alikeScoresShowNothing() {
        assertThat(randomizedResponse(0, 500, 1).epsilon()).isLessThan(0.3);
    }

    @Test
    void perfectScoresShowWhatSoManyCanShow() {
        EpsilonBound bound = EpsilonBound.of(scores(20, true), halves(20), 0, 0.95);

        assertThat(bound.epsilon()).isEqualTo(bound.limit());
        double upper = 1 - Math.pow(0.025, 1.0 / 20);
        assertThat(bound.limit()).isCloseTo(Math.log((1 - upper) / upper), within(1e-9));
    }

    @Test
    void refusesRunsThatAreNoPairs() {
        boolean[][] isIn = halves(20);
        isIn[1] = isIn[0];

        assertThatThrownBy(() -> EpsilonBound.of(scores(20, true), isIn, 0, 0.95))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be complementary");
    }

    private static EpsilonBound randomizedResponse(double epsilon, int rows, long seed) {
        Random random = new Random(seed);
        double truth = Math.exp(epsilon) / (1 + Math.exp(epsilon));
        boolean[][] isIn = halves(rows);
        double[][] scores = new double[4][rows];
        for (int t = 0; t < 4; t++) {
            for (int c = 0; c < rows; c++) {
                scores[t][c] = isIn[t][c] == random.nextDouble() < truth ? 1 : 0;
            }
        }
        return EpsilonBound.of(scores, isIn, 0, 0.95);
    }

    private static double[][] scores(int rows, boolean isPerfect) {
        double[][] scores = new double[4][rows];
        boolean[][] isIn = halves(rows);
        for (int t = 0; t < 4; t++) {
            for (int c = 0; c < rows; c++) {
                scores[t][c] = isIn[t][c] == isPerfect ? 1 : -1;
            }
        }
        return scores;
    }

    private static boolean[][] halves(int rows) {
        boolean[][] isIn = new boolean[4][rows];
        for (int t = 0; t < 4; t++) {
            for (int c = 0; c < rows; c++) {
                isIn[t][c] = c % 2 == t % 2;
            }
        }
        return isIn;
    }
}
