package org.expunge.defense.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class AttackSettingTest {
    @Test
    void everyAttackOfTheCatalogueIsCovered() {
        assertThat(AttackCatalogue.names())
                .allSatisfy(name -> assertThat(AttackCatalogue.settings(name)).isNotEmpty());
        assertThatThrownBy(() -> AttackCatalogue.settings("patsch"))
                .hasMessageContaining("attack 'patsch' is not known; use one of patch, all-to-one");
    }

    @Test
    void everySettingIsOfSomeAttack() {
        for (AttackSetting setting : AttackSetting.values()) {
            assertThat(setting.attacks())
                    .allSatisfy(
                            name -> assertThat(AttackCatalogue.settings(name)).contains(setting));
            assertThat(setting.attacks()).isNotEmpty();
        }
        assertThat(AttackSetting.VICTIM.attacks())
                .containsExactly("feature-collision", "bullseye-polytope", "gradient-matching", "targeted-flip");
    }
}
