package org.expunge.defense.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.expunge.influence.data.Dataset;
import org.junit.jupiter.api.Test;

class LabelNoiseAttackTest {
    private final Dataset clean = PatchAttackTest.threeClasses(60);

    @Test
    void symmetricNoiseGivesAShareOfAllRowsAnotherClass() {
        Attack attack = new LabelNoiseAttack(LabelNoiseAttack.Options.symmetric(0.2, 4));
        PlantedAttack planted = attack.plant(clean);

        assertThat(planted.adversarialIds()).hasSize(12);
        for (int i = 0; i < clean.size(); i++) {
            assertThat(planted.train().label(i) != clean.label(i)).isEqualTo(planted.mask()[i]);
            assertThat(planted.train().row(i)).isEqualTo(clean.row(i));
        }
        assertThat(attack.attackInputs(clean).size()).isZero();
        assertThat(attack.name()).isEqualTo("symmetric-noise");
    }

    @Test
    void pairNoiseTakesAShareOfOneClassForAnother() {
        Attack attack = new LabelNoiseAttack(LabelNoiseAttack.Options.pair(0.4, 1, 2, 4));
        PlantedAttack planted = attack.plant(clean);

        assertThat(planted.adversarialIds()).hasSize(8).allSatisfy(id -> {
            assertThat(clean.label(clean.rowOf(id))).isEqualTo(1);
            assertThat(planted.train().label(clean.rowOf(id))).isEqualTo(2);
        });
        assertThat(attack.attackInputs(clean).size()).isEqualTo(20);
        assertThat(attack.targetOf(1)).isEqualTo(2);
        assertThat(attack.description()).isEqualTo("label noise from class 1 to class 2 at 0.4, seed 4");
    }

    @Test
    void refusesSharesAndClassesThatMeanNothing() {
        assertThatThrownBy(() -> LabelNoiseAttack.Options.symmetric(1, 4)).hasMessageContaining("below 1");
        assertThatThrownBy(() -> LabelNoiseAttack.Options.pair(0.1, 1, 1, 4)).hasMessageContaining("both classes");
        assertThatThrownBy(() -> new LabelNoiseAttack.Options(0.1, 1, -1, 4)).hasMessageContaining("needs both");
    }
}
