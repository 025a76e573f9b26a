package org.expunge.unlearning.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.expunge.unlearning.membership.ReferenceAttack.Probabilities;
import org.junit.jupiter.api.Test;

class ReferenceAttackTest {
    private final ReferenceAttack attack = new ReferenceAttack(ReferenceAttack.Options.DEFAULT);

    @Test
    void scoresAreTheSharesOfThePopulationThatARowDominates() {
        // p̂ = (1.3 p̄ + 0.7) / 2: with p̄ = ½ for all, ratios order as the target's probabilities.
        ReferenceAttack.Found found = attack.attack(rows(0.9, 0.35), rows(0.1, 0.2, 0.3, 0.4), new int[] {0, 1, 2, 3});

        assertThat(found.auc().value()).isCloseTo((3.5 + 3 - 0.5 + 0.5 + 0.5) / 8, within(0.07));
        assertThat(found.members()).isEqualTo(2);
        assertThat(found.nonMembers()).isEqualTo(4);
    }

    @Test
    void aRowThatOnlyTheTargetKnowsScoresAboveOneThatReferencesKnowToo() {
        // The target is as sure of all rows; its references are of the first only in the first attack.
        double[] easy = {0.5, 0.5, 0.5};
        double[] hard = {0.45, 0.5, 0.6};
        ReferenceAttack.Found found = attack.attack(
                new Probabilities(easy, new double[][] {easy}),
                new Probabilities(hard, new double[][] {hard}),
                new int[] {0, 1, 2});
        ReferenceAttack.Found remembered = attack.attack(
                new Probabilities(easy, new double[][] {{0.4, 0.3, 0.2}}),
                new Probabilities(hard, new double[][] {hard}),
                new int[] {0, 1, 2});

        assertThat(remembered.auc().value()).isGreaterThan(found.auc().value());
    }

    @Test
    void onlyTheRowsInQuestionCountAsNonMembers() {
        ReferenceAttack.Found found = attack.attack(rows(0.5, 0.5), rows(0.1, 0.9, 0.2), new int[] {0, 2});

        assertThat(found.auc().value()).isEqualTo(1);
        assertThat(found.truePositives().value()).isEqualTo(1);
        assertThat(found.nonMembers()).isEqualTo(2);
    }

    @Test
    void refusesReferencesOfOtherRows() {
        assertThatThrownBy(() -> new Probabilities(new double[2], new double[][] {{1}}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Probabilities(new double[2], new double[0][]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Probabilities rows(double... target) {
        return new Probabilities(target, new double[][] {
            IntStream.range(0, target.length).mapToDouble(i -> 0.5).toArray()
        });
    }
}
