package org.expunge.defense.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.junit.jupiter.api.Test;

class AttackGateTest {
    @Test
    void successIsCountedByTheTargetOfEachTrueClass() {
        Dataset inputs = Dataset.of(
                "inputs", Shape.flat(1), Features.of(new double[4], 1), Targets.classes(new int[] {0, 1, 2, 2}, 3));

        double rate = AttackGate.successRate(new int[] {1, 2, 0, 1}, inputs, label -> (label + 1) % 3);

        assertThat(rate).isEqualTo(0.75);
        assertThat(AttackGate.successRate(new int[] {1, 2, 0, 1}, 1)).isEqualTo(0.5);
    }

    @Test
    void noInputsCannotBeJudged() {
        assertThatThrownBy(() -> AttackGate.successRate(new int[0], 1)).hasMessageContaining("no attacked inputs");
    }

    @Test
    void anAttackThatFailsIsCalledFailed() {
        assertThat(new AttackGate(0.9, 0.1, 0.96, 0.965).verdict()).isEqualTo("attack works");
        assertThat(new AttackGate(0.018, 0.01, 0.96, 0.965).verdict())
                .startsWith("attack failed: it succeeds on 1.8 % of its inputs");
        assertThat(new AttackGate(0.9, 0.1, 0.94, 0.965))
                .returns(false, AttackGate::holds)
                .extracting(AttackGate::verdict)
                .asString()
                .startsWith("attack failed: it costs 2.5 points");
    }

    @Test
    void anAttackWithoutInputsIsNotJudged() {
        assertThat(new AttackGate(Double.NaN, Double.NaN, 0.9, 0.96))
                .returns(false, AttackGate::holds)
                .extracting(AttackGate::verdict)
                .isEqualTo("not judged: the attack has no inputs, and so no rate of success");
    }

    @Test
    void whatACleanModelAnswersTooIsNoAttack() {
        AttackGate foreign = new AttackGate(1, 1, 0.96, 0.96);
        AttackGate guessed = new AttackGate(1, 0.5, 0.96, 0.96);

        assertThat(foreign).returns(false, AttackGate::holds).returns(false, AttackGate::restsOnRows);
        assertThat(foreign.verdict())
                .startsWith("attack failed: a clean model gives the same answer for 100.0 % of its inputs");
        assertThat(guessed).returns(true, AttackGate::holds);
        assertThat(guessed.verdict()).isEqualTo("attack works");
        assertThat(new AttackGate(0.9, 0.46, 0.96, 0.96).verdict())
                .isEqualTo(
                        "attack failed: a clean model gives the same answer for 46.0 % of its inputs; that is more than"
                                + " half of the poisoned model's 90.0 %");
        assertThat(new AttackGate(0.9, Double.NaN, 0.96, 0.96)).returns(false, AttackGate::holds);
    }
}
