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

class TargetedFlipTest {
    /** Twelve points on a line, at 0 … 11, of classes 0, 1, 0, 1, … */
    private final Dataset line = Dataset.of(
            "line",
            Shape.flat(1),
            Features.of(IntStream.range(0, 12).asDoubleStream().toArray(), 1),
            Targets.classes(IntStream.range(0, 12).map(i -> i % 2).toArray(), 2));

    @Test
    void relabelsTheNearestRowsOfTheVictimsClass() {
        Dataset victims = Dataset.of(
                        "inputs", Shape.flat(1), Features.of(new double[] {4.9}, 1), Targets.classes(new int[] {1}, 2))
                .withIds(java.util.List.of("victim"));

        TargetedFlip attack = TargetedFlip.on(victims, 0, 0, 3);
        PlantedAttack planted = attack.plant(line);

        assertThat(planted.adversarialIds()).containsExactly(line.id(3), line.id(5), line.id(7));
        assertThat(Arrays.stream(line.rowsOf(planted.adversarialIds())).map(planted.train()::label))
                .containsOnly(0);
        assertThat(attack.attackInputs(victims).ids()).containsExactly("victim");
        assertThat(attack.targetClass()).isZero();
    }

    @Test
    void refusesAVictimThatAlreadyHasTheTargetClass() {
        assertThatThrownBy(() -> TargetedFlip.on(line, 1, 1, 2)).hasMessageContaining("both 1");
    }

    @Test
    void saysWhenThereAreTooFewRows() {
        assertThatThrownBy(() -> TargetedFlip.on(line, 1, 0, 7).plant(line)).hasMessageContaining("needs 7 rows");
    }
}
