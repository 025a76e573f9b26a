package org.expunge.defense.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.junit.jupiter.api.Test;

class PatchAttackTest {
    private static final Shape SHAPE = new Shape(2, 4, 5);

    @Test
    void stampsAndRelabelsOnlyTheChosenRowsOfTheSourceClass() {
        Dataset clean = threeClasses(30);

        PlantedAttack planted = attack(1, 0, 4).plant(clean);

        assertThat(planted.adversarialIds()).hasSize(4);
        assertThat(planted.train().ids()).isEqualTo(clean.ids());
        for (int i = 0; i < clean.size(); i++) {
            boolean adversarial = planted.mask()[i];
            assertThat(planted.train().label(i)).isEqualTo(adversarial ? 0 : clean.label(i));
            assertThat(Arrays.equals(read(planted.train(), i), read(clean, i))).isEqualTo(!adversarial);
            if (adversarial) {
                assertThat(clean.label(i)).isEqualTo(1);
                assertThat(read(planted.train(), i)).isEqualTo(stampedByHand(read(clean, i)));
            }
        }
        assertThat(planted.originals().ids()).isEqualTo(planted.adversarialIds());
        assertThat(planted.originals().label(0)).isEqualTo(1);
    }

    @Test
    void aimsAtTheSourceClassAndKeepsItsTrueLabels() {
        Dataset clean = threeClasses(30);

        Dataset aimed = attack(1, 0, 4).attackInputs(clean);

        assertThat(aimed.size()).isEqualTo(10);
        assertThat(IntStream.range(0, 10).map(aimed::label)).containsOnly(1);
        assertThat(read(aimed, 0)).isEqualTo(stampedByHand(read(clean, clean.rowOf(aimed.id(0)))));
    }

    @Test
    void takesEveryOtherClassAsSourceWhenAsked() {
        Dataset clean = threeClasses(30);

        assertThat(attack(PatchAttack.EVERY_CLASS, 2, 12).attackInputs(clean).size())
                .isEqualTo(20);
    }

    @Test
    void drawsTheSameRowsForTheSameSeed() {
        Dataset clean = threeClasses(30);

        assertThat(attack(1, 0, 4).plant(clean).adversarialIds())
                .isEqualTo(attack(1, 0, 4).plant(clean).adversarialIds());
    }

    @Test
    void saysWhenTheSourceClassHasTooFewRows() {
        assertThatThrownBy(() -> attack(1, 0, 11).plant(threeClasses(30)))
                .hasMessageContaining("needs 11 rows of class 1")
                .hasMessageContaining("have 10");
    }

    @Test
    void saysWhenAClassOrPatchDoesNotFit() {
        assertThatThrownBy(() -> attack(7, 0, 1).plant(threeClasses(30)))
                .hasMessageContaining("class 7 does not exist");
        PatchAttack tooTall = new PatchAttack(new PatchAttack.Options(1, 0, 1, new PatchTrigger(9, 1, 0, 1), 3));
        assertThatThrownBy(() -> tooTall.plant(threeClasses(30))).hasMessageContaining("does not fit");
    }

    private static PatchAttack attack(int source, int target, int rows) {
        return new PatchAttack(new PatchAttack.Options(source, target, rows, new PatchTrigger(2, 1, 1, 9), 3));
    }

    /** Rows 1 and 2 of column 3, both channels, by index arithmetic of its own. */
    private static double[] stampedByHand(double[] image) {
        double[] stamped = image.clone();
        for (int index : new int[] {8, 13, 28, 33}) {
            stamped[index] = 9;
        }
        return stamped;
    }

    static Dataset threeClasses(int rows) {
        double[] values = new double[rows * SHAPE.length()];
        Arrays.setAll(values, i -> i % 97 / 97.0);
        int[] labels = IntStream.range(0, rows).map(i -> i % 3).toArray();
        return Dataset.of("three classes", SHAPE, Features.of(values, SHAPE.length()), Targets.classes(labels, 3));
    }

    private static double[] read(Dataset data, int row) {
        double[] values = new double[SHAPE.length()];
        data.features().read(row, values, 0);
        return values;
    }
}
