package org.expunge.unlearning.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.junit.jupiter.api.Test;

class LossThresholdAttackTest {
    private final LossThresholdAttack attack = new LossThresholdAttack(LossThresholdAttack.Options.DEFAULT);

    @Test
    void tellsEveryRowRightWhereLossesAreApart() {
        AttackOutcome.Measured found = measured(normals(40, -10, 1), normals(90, 10, 2));

        assertThat(found.auc()).isEqualTo(1);
        assertThat(found.accuracy()).isEqualTo(1);
        assertThat(found.accuracyInterval().low()).isCloseTo(0.954, within(1e-3)); // Wilson, 80 of 80
        assertThat(found.members()).isEqualTo(40);
        assertThat(found.nonMembers()).isEqualTo(90); // of the one class in question, all
    }

    @Test
    void guessesWhereLossesAreAlike() {
        AttackOutcome.Measured found = measured(normals(400, 0, 3), normals(400, 0, 4));

        // Three standard errors: 1/sqrt(12 · 200) and 1/sqrt(4 · 800).
        assertThat(found.auc()).isCloseTo(0.5, within(0.0613));
        assertThat(found.accuracy()).isCloseTo(0.5, within(0.0531));
        assertThat(found.aucInterval().contains(0.5)).isTrue();
    }

    @Test
    void anAucBelowOneHalfShowsRowsThatWerePushedTooFar() {
        AttackOutcome.Measured found = measured(normals(50, 3, 5), normals(50, 0, 6));

        assertThat(found.aucInterval().high()).isLessThan(0.5);
    }

    @Test
    void theIntervalCoversTheTruthAboutNineteenTimesInTwenty() {
        // Members N(−1, 1), others N(0, 1): P(X < Y) = Φ(1/√2) = 0.76025.
        int covered = 0;
        for (int i = 0; i < 400; i++) {
            covered += measured(normals(60, -1, 100 + i), normals(80, 0, 900 + i))
                            .aucInterval()
                            .contains(0.76025)
                    ? 1
                    : 0;
        }

        // Binomial(400, 0.95) has standard deviation 4.4; four of those, and DeLong is slightly narrow here.
        assertThat(covered).isBetween(362, 400);
    }

    @Test
    void saysTooFewRows() {
        assertThat(attack.attack(rows(5), new double[5], rows(100), new double[100]))
                .isEqualTo(new AttackOutcome.TooFewRows(5, 100, 20));
        assertThat(attack.attack(rows(100), new double[100], rows(5), new double[5]))
                .isEqualTo(new AttackOutcome.TooFewRows(100, 5, 20));
    }

    @Test
    void constantLossesTellNothing() {
        AttackOutcome.Measured found = measured(new double[30], new double[30]);

        assertThat(found.auc()).isEqualTo(0.5);
        assertThat(found.accuracy()).isEqualTo(0.5);
    }

    @Test
    void refusesMoreFoldsThanRows() {
        assertThatThrownBy(() -> new LossThresholdAttack.Options(3, 5, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LossThresholdAttack.Options(20, 1, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private AttackOutcome.Measured measured(double[] forget, double[] unseen) {
        return attack.attack(rows(forget.length), forget, rows(unseen.length), unseen)
                .match(found -> found, few -> {
                    throw new AssertionError(few);
                });
    }

    private static Dataset rows(int count) {
        return Dataset.of("rows", Shape.flat(1), Features.of(new double[count], 1), Targets.classes(new int[count], 2));
    }

    private static double[] normals(int count, double mean, long seed) {
        Random random = new Random(seed);
        return random.doubles(count).map(u -> mean + random.nextGaussian()).toArray();
    }
}
