package org.expunge.defense.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.expunge.defense.attack.craft.Crafter;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.junit.jupiter.api.Test;

class VictimAttackTest {
    private final Dataset clean = PatchAttackTest.threeClasses(30);
    private final Dataset test = PatchAttackTest.threeClasses(6);

    @Test
    void movesRowsOfTheTargetClassUnderTheirOwnLabel() {
        PlantedAttack planted = attack(4).plant(clean);

        assertThat(planted.adversarialIds()).hasSize(4);
        for (int i = 0; i < clean.size(); i++) {
            assertThat(planted.train().label(i)).isEqualTo(clean.label(i));
            double sign = planted.mask()[i] ? -1 : 1;
            assertThat(planted.train().row(i))
                    .isEqualTo(DoubleStream.of(clean.row(i)).map(x -> sign * x).toArray());
            assertThat(!planted.mask()[i] || clean.label(i) == 2).isTrue();
        }
    }

    @Test
    void aimsAtTheVictimAsItIs() {
        Dataset inputs = attack(4).attackInputs(test);

        assertThat(inputs.ids()).containsExactly(test.id(3));
        assertThat(inputs.row(0)).isEqualTo(test.row(3));
        assertThat(attack(4).targetOf(0)).isEqualTo(2);
        assertThat(attack(4).description()).isEqualTo("negation of 4 rows of class 2, against row-3, seed 7");
    }

    @Test
    void refusesAVictimThatAlreadyHasTheTargetClass() {
        assertThatThrownBy(
                        () -> new VictimAttack.Options("test", VictimAttack.Victim.of(test, 3), 0, 1, Crafter.NONE, 7))
                .hasMessageContaining("both 0");
        assertThatThrownBy(() -> attack(11).plant(clean)).hasMessageContaining("needs 11 rows of class 2");
    }

    private VictimAttack attack(int rows) {
        return new VictimAttack(
                new VictimAttack.Options("test", VictimAttack.Victim.of(test, 3), 2, rows, new Negation(), 7));
    }

    private static final class Negation implements Crafter {
        @Override
        public Dataset craft(Dataset bases) {
            double[] values = IntStream.range(0, bases.size())
                    .mapToObj(bases::row)
                    .flatMapToDouble(DoubleStream::of)
                    .map(x -> -x)
                    .toArray();
            return bases.withFeatures(Features.of(values, bases.features().width()));
        }

        @Override
        public String description() {
            return "negation";
        }
    }
}
