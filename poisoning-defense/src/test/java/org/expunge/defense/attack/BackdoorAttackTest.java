package org.expunge.defense.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.expunge.defense.attack.craft.Crafter;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.junit.jupiter.api.Test;

class BackdoorAttackTest {
    private static final PatchTrigger PATCH = new PatchTrigger(2, 1, 1, 9);
    private final Dataset clean = PatchAttackTest.threeClasses(60);

    @Test
    void coversKeepTheirLabelsAndAreOfNeitherClass() {
        PlantedAttack planted = plant(options(Aim.oneToOne(1, 0), 5).withCovers(7));

        assertThat(planted.adversarialIds()).hasSize(5);
        assertThat(planted.coverIds()).hasSize(7).doesNotContainAnyElementsOf(planted.adversarialIds());
        for (String id : planted.coverIds()) {
            int row = clean.rowOf(id);
            assertThat(clean.label(row)).isEqualTo(2);
            assertThat(planted.train().label(row)).isEqualTo(2);
            assertThat(planted.train().row(row)).isNotEqualTo(clean.row(row));
        }
        assertThat(planted.originals().size()).isEqualTo(12);
        assertThat(count(planted.coverMask())).isEqualTo(7);
        assertThat(count(planted.mask())).isEqualTo(5);
    }

    @Test
    void everyPoisonMovesAndEveryOtherRowStays() {
        PlantedAttack planted = plant(options(Aim.allToOne(2), 9).withCovers(4));

        for (int i = 0; i < clean.size(); i++) {
            boolean changed = planted.mask()[i] || planted.coverMask()[i];
            assertThat(Arrays.equals(planted.train().row(i), clean.row(i))).isEqualTo(!changed);
            assertThat(planted.train().label(i)).isEqualTo(planted.mask()[i] ? 2 : clean.label(i));
        }
    }

    @Test
    void allToAllMovesEachClassToTheNext() {
        BackdoorAttack attack = new BackdoorAttack(options(Aim.allToAll(3), 30));
        PlantedAttack planted = attack.plant(clean);

        for (int row : clean.rowsOf(planted.adversarialIds())) {
            assertThat(planted.train().label(row)).isEqualTo((clean.label(row) + 1) % 3);
        }
        assertThat(attack.targetClass()).isEqualTo(Attack.VARIES);
        assertThat(IntStream.range(0, 3).map(attack::targetOf)).containsExactly(1, 2, 0);
        assertThat(attack.attackInputs(clean).size()).isEqualTo(60);
    }

    @Test
    void cleanLabelPoisonIsOfTheTargetClassAndStaysIt() {
        BackdoorAttack attack = new BackdoorAttack(options(Aim.cleanLabel(Aim.EVERY_CLASS, 1), 6));
        PlantedAttack planted = attack.plant(clean);

        assertThat(Arrays.stream(clean.rowsOf(planted.adversarialIds())).map(clean::label))
                .containsOnly(1);
        assertThat(labels(planted.train())).isEqualTo(labels(clean));
        assertThat(labels(attack.attackInputs(clean))).doesNotContain(1).hasSize(40);
    }

    @Test
    void rowsAreCraftedBeforeTheTrigger() {
        Crafter flat = new Crafter() {
            @Override
            public Dataset craft(Dataset bases) {
                double[] values = new double[bases.size() * bases.features().width()];
                Arrays.fill(values, -1);
                return bases.withFeatures(Features.of(values, bases.features().width()));
            }

            @Override
            public String description() {
                return "flattened";
            }
        };
        BackdoorAttack attack = new BackdoorAttack(
                options(Aim.cleanLabel(0, 1), 3).withCrafter(flat).withCovers(2));
        PlantedAttack planted = attack.plant(clean);

        double[] row = planted.train().row(clean.rowOf(planted.adversarialIds().get(0)));
        assertThat(Arrays.stream(row).filter(x -> x == 9)).hasSize(4);
        assertThat(Arrays.stream(row).filter(x -> x == -1)).hasSize(36);
        assertThat(attack.description())
                .isEqualTo("flattened, then patch 2x1 of value 9.0, class 0 to class 1, 3 rows, 2 covers, seed 3");
    }

    @Test
    void theSameSeedGivesTheSameBytes() {
        BackdoorAttack.Options options = BackdoorAttack.Options.of(
                        "warp", Aim.allToOne(0), new WarpTrigger(2, 2, 8), 10, 5)
                .withCovers(10);

        PlantedAttack once = plant(options);
        PlantedAttack again = plant(options);

        assertThat(again.adversarialIds()).isEqualTo(once.adversarialIds());
        assertThat(again.coverIds()).isEqualTo(once.coverIds());
        assertThat(rows(again.train())).isEqualTo(rows(once.train()));
        assertThat(rows(new BackdoorAttack(options).attackInputs(clean)))
                .isEqualTo(rows(new BackdoorAttack(options).attackInputs(clean)));
        assertThat(once.train().name()).isEqualTo(clean.name());
    }

    @Test
    void saysWhatIsMissing() {
        assertThatThrownBy(() -> plant(options(Aim.oneToOne(1, 0), 5).withCovers(21)))
                .hasMessageContaining("needs 21 rows for covers but the training data have 20");
        assertThatThrownBy(() -> plant(options(Aim.allToAll(4), 5))).hasMessageContaining("made for 4 classes");
        assertThatThrownBy(() -> Aim.oneToOne(1, 1)).hasMessageContaining("both 1");
        assertThatThrownBy(() -> options(Aim.allToOne(1), 0)).hasMessageContaining("rows must be at least 1");
    }

    private PlantedAttack plant(BackdoorAttack.Options options) {
        return new BackdoorAttack(options).plant(clean);
    }

    private static BackdoorAttack.Options options(Aim aim, int rows) {
        return BackdoorAttack.Options.of("test", aim, PATCH, rows, 3);
    }

    private static int[] labels(Dataset data) {
        return IntStream.range(0, data.size()).map(data::label).toArray();
    }

    private static double[][] rows(Dataset data) {
        return IntStream.range(0, data.size()).mapToObj(data::row).toArray(double[][]::new);
    }

    private static int count(boolean[] mask) {
        return (int) IntStream.range(0, mask.length).filter(i -> mask[i]).count();
    }
}
