package org.expunge.influence.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RankMetricsTest {
    private static final double EXACT = 1e-15;

    private static boolean[] flags(int... ones) {
        boolean[] flags = new boolean[ones.length];
        for (int i = 0; i < flags.length; i++) {
            flags[i] = ones[i] == 1;
        }
        return flags;
    }

    @Nested
    class AveragePrecision {
        @Test
        void isWhatAHandComputes() {
            // ranks of positives: 1, 3 and 4 → (1/1 + 2/3 + 3/4) / 3
            double found = RankMetrics.averagePrecision(new double[] {5, 4, 3, 2, 1}, flags(1, 0, 1, 1, 0));

            assertThat(found).isCloseTo((1 + 2 / 3.0 + 3 / 4.0) / 3, within(EXACT));
        }

        @Test
        void takesTiedItemsTogether() {
            // 5: positive; 3, 3: one of each → precision 2/3 when both are in; 1: negative
            double[] scores = {5, 3, 3, 1};

            assertThat(RankMetrics.averagePrecision(scores, flags(1, 1, 0, 0)))
                    .isCloseTo(0.5 + 0.5 * 2 / 3, within(EXACT));
            assertThat(RankMetrics.averagePrecision(scores, flags(1, 0, 1, 0)))
                    .isCloseTo(0.5 + 0.5 * 2 / 3, within(EXACT));
        }

        @Test
        void isScikitLearnsExample() {
            // average_precision_score([0, 0, 1, 1], [.1, .4, .35, .8]) = 0.8333…
            assertThat(RankMetrics.averagePrecision(new double[] {0.1, 0.4, 0.35, 0.8}, flags(0, 0, 1, 1)))
                    .isCloseTo(5.0 / 6, within(EXACT));
        }

        @Test
        void isTheBaseRateOfARankingThatKnowsNothing() {
            boolean[] isPositive = flags(1, 0, 0, 0);

            assertThat(RankMetrics.averagePrecision(new double[4], isPositive)).isEqualTo(0.25);
            assertThat(RankMetrics.baseRate(isPositive)).isEqualTo(0.25);
        }

        @Test
        void isOneForAPerfectRankingAndForPositivesOnly() {
            assertThat(RankMetrics.averagePrecision(new double[] {3, 2, 1}, flags(1, 1, 0)))
                    .isEqualTo(1);
            assertThat(RankMetrics.averagePrecision(new double[] {3, 2}, flags(1, 1)))
                    .isEqualTo(1);
        }

        @Test
        void needsAPositive() {
            assertThatThrownBy(() -> RankMetrics.averagePrecision(new double[2], flags(0, 0)))
                    .hasMessageContaining("at least one positive");
        }
    }

    @Nested
    class Auroc {
        @Test
        void isTheShareOfPairsInOrder() {
            Random random = new Random(1);
            double[] scores = new double[60];
            Arrays.setAll(scores, i -> random.nextInt(12)); // with many ties
            boolean[] isPositive = new boolean[60];
            for (int i = 0; i < 60; i++) {
                isPositive[i] = random.nextInt(3) == 0;
            }

            assertThat(RankMetrics.auroc(scores, isPositive)).isCloseTo(byPairs(scores, isPositive), within(1e-14));
        }

        private double byPairs(double[] scores, boolean[] isPositive) {
            double right = 0;
            int pairs = 0;
            for (int i = 0; i < scores.length; i++) {
                for (int j = 0; j < scores.length; j++) {
                    if (isPositive[i] && !isPositive[j]) {
                        pairs++;
                        right += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
                    }
                }
            }
            return right / pairs;
        }

        @Test
        void needsItemsOfBothKinds() {
            assertThatThrownBy(() -> RankMetrics.auroc(new double[2], flags(1, 1)))
                    .hasMessageContaining("both kinds");
        }
    }

    @Nested
    class TruePositiveRate {
        private final double[] scores = {9, 8, 7, 6, 5, 4, 4, 3};
        private final boolean[] isPositive = flags(1, 0, 1, 1, 0, 1, 0, 0);

        @Test
        void growsWithTheFalsePositivesAllowed() {
            assertThat(RankMetrics.truePositiveRate(scores, isPositive, 0)).isEqualTo(0.25);
            assertThat(RankMetrics.truePositiveRate(scores, isPositive, 0.25)).isEqualTo(0.75);
            assertThat(RankMetrics.truePositiveRate(scores, isPositive, 1)).isEqualTo(1);
        }

        @Test
        void doesNotSplitTies() {
            // the fourth positive is tied with the third negative, so half the negatives do not buy it
            assertThat(RankMetrics.truePositiveRate(scores, isPositive, 0.5)).isEqualTo(0.75);
            assertThat(RankMetrics.truePositiveRate(scores, isPositive, 0.75)).isEqualTo(1);
        }

        @Test
        void refusesRatesThatAreNone() {
            assertThatThrownBy(() -> RankMetrics.truePositiveRate(scores, isPositive, Double.NaN))
                    .hasMessageContaining("must be in [0, 1]");
        }
    }

    @Nested
    class Correlations {
        @Test
        void followStraightLinesAndRanks() {
            double[] x = {1, 2, 3, 4};

            assertThat(RankMetrics.pearson(x, new double[] {5, 7, 9, 11})).isCloseTo(1, within(EXACT));
            assertThat(RankMetrics.pearson(x, new double[] {2, 1, 4, 3})).isCloseTo(0.6, within(EXACT));
            assertThat(RankMetrics.spearman(x, new double[] {1, 10, 100, 1000})).isCloseTo(1, within(EXACT));
            assertThat(RankMetrics.spearman(x, new double[] {3, 2, 1, 0})).isCloseTo(-1, within(EXACT));
        }

        @Test
        void shareRanksAmongTies() {
            assertThat(RankMetrics.ranks(new double[] {3, 1, 3, 2})).containsExactly(3.5, 1, 3.5, 2);
            // scipy.stats.spearmanr([1, 2, 2, 3], [1, 2, 3, 4]) = 0.9486832980505138
            assertThat(RankMetrics.spearman(new double[] {1, 2, 2, 3}, new double[] {1, 2, 3, 4}))
                    .isCloseTo(0.9486832980505138, within(1e-15));
        }

        @Test
        void areNoNumbersForAConstant() {
            assertThat(RankMetrics.pearson(new double[] {1, 1}, new double[] {1, 2}))
                    .isNaN();
        }

        @Test
        void refuseWhatCannotBeCompared() {
            assertThatThrownBy(() -> RankMetrics.pearson(new double[2], new double[3]))
                    .hasMessageContaining("cannot be correlated");
            assertThatThrownBy(() -> RankMetrics.pearson(new double[1], new double[1]))
                    .hasMessageContaining("at least 2");
            assertThatThrownBy(() -> RankMetrics.spearman(new double[] {1, Double.NaN}, new double[2]))
                    .hasMessageContaining("number 1 is NaN");
        }
    }
}
