package org.expunge.unlearning.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.expunge.influence.evaluate.Bootstrap;
import org.junit.jupiter.api.Test;

class LikelihoodRatioAttackTest {
    private static final int ROWS = 100;

    private final LikelihoodRatioAttack attack = new LikelihoodRatioAttack(
            new LikelihoodRatioAttack.Options(0.1, 0.01, new Bootstrap.Options(200, 0.95, 0)));

    @Test
    void reachesTheBestPossibleOnKnownLaws() {
        RowFigures found = attack.attack(confidences(200, 1), halves(200));

        // N(1, 1) against N(0, 1): Φ(½) and Φ(1/√2); laws estimated from 99 values lose less than a point of it.
        assertThat(found.accuracy().value()).isCloseTo(0.6915, within(0.015));
        assertThat(found.auc().value()).isCloseTo(0.7602, within(0.02));
        assertThat(found.accuracy().interval().contains(0.6915)).isTrue();
        assertThat(found.truePositives().value()).isCloseTo(0.0924, within(0.03)); // 1 − Φ(2.326 − 1)
        assertThat(found.rows()).isEqualTo(ROWS);
        assertThat(found.runs()).isEqualTo(200);
    }

    @Test
    void guessesWhereForgottenAndNeverSeenAreAlike() {
        double sum = 0;
        int covered = 0;
        for (int seed = 0; seed < 20; seed++) {
            RowFigures found = attack.attack(confidences(8, 0, seed), halves(8));
            sum += found.accuracy().value() / 20;
            covered += found.accuracy().interval().contains(0.5) ? 1 : 0;
        }

        assertThat(sum).isCloseTo(0.5, within(0.012)); // 16 000 guesses: three standard errors
        assertThat(covered).isGreaterThanOrEqualTo(16);
    }

    @Test
    void fewRunsExposeRowsByChanceSoTheTopIsReadBesideRetrainedModels() {
        RowFigures found = attack.attack(confidences(8, 0), halves(8));

        assertThat(found.accuracyP95()).isGreaterThan(0.6);
    }

    @Test
    void rowsThatStandApartAreExposed() {
        RowFigures found = attack.attack(confidences(8, 50), halves(8));

        assertThat(found.accuracy().value()).isEqualTo(1);
        assertThat(found.truePositives().value()).isEqualTo(1);
        assertThat(found.shareExposed()).isEqualTo(1);
    }

    @Test
    void collapsedLawsGuess() {
        RowFigures found = attack.attack(new double[8][ROWS], halves(8));

        assertThat(found.accuracy().value()).isEqualTo(0.5);
        assertThat(found.auc().value()).isEqualTo(0.5);
        assertThat(found.truePositives().value()).isZero();
    }

    @Test
    void refusesTooFewRuns() {
        assertThatThrownBy(() -> attack.attack(confidences(4, 0), halves(4)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 6 runs");
    }

    private static double[][] confidences(int runs, double shift) {
        return confidences(runs, shift, 1);
    }

    private static double[][] confidences(int runs, double shift, long seed) {
        Random random = new Random(seed);
        boolean[][] isIn = halves(runs);
        double[][] confidences = new double[runs][ROWS];
        for (int t = 0; t < runs; t++) {
            for (int c = 0; c < ROWS; c++) {
                confidences[t][c] = random.nextGaussian() + (isIn[t][c] ? shift : 0);
            }
        }
        return confidences;
    }

    private static boolean[][] halves(int runs) {
        Random random = new Random(7);
        boolean[][] isIn = new boolean[runs][ROWS];
        for (int t = 0; t < runs; t++) {
            for (int c = 0; c < ROWS; c++) {
                isIn[t][c] = t % 2 == 0 ? random.nextBoolean() : !isIn[t - 1][c];
            }
        }
        return isIn;
    }
}
