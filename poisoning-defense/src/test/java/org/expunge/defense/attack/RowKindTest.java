package org.expunge.defense.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.LogMel;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.data.Words;
import org.junit.jupiter.api.Test;

class RowKindTest {
    private static Dataset row(Shape shape) {
        return Dataset.of(
                "rows",
                shape,
                Features.of(new double[shape.length()], shape.length()),
                Targets.classes(new int[] {0}, 2));
    }

    @Test
    void rowsAreWhatTheirEncodingSaysAndElseWhatTheirShapeIs() {
        assertThat(RowKind.of(row(new Shape(1, 1, 8)).withEncoding(new Words(9, 1))))
                .isEqualTo(RowKind.SENTENCES);
        assertThat(RowKind.of(row(new Shape(1, 1, 800)).withEncoding(new LogMel(800, 800, 256, 160, 4))))
                .isEqualTo(RowKind.RECORDINGS);
        assertThat(RowKind.of(row(Shape.flat(8)))).isEqualTo(RowKind.TABLE);
        assertThat(RowKind.of(row(new Shape(1, 8, 8)))).isEqualTo(RowKind.IMAGES);
        assertThat(RowKind.of(row(new Shape(3, 1, 8)))).isEqualTo(RowKind.IMAGES);
    }

    @Test
    void everyKindHasAttacksOfItsOwnAndLabelNoise() {
        for (RowKind kind : RowKind.values()) {
            Set<String> elsewhere = EnumSet.complementOf(EnumSet.of(kind)).stream()
                    .flatMap(other -> AttackCatalogue.on(other).stream())
                    .collect(Collectors.toSet());

            assertThat(AttackCatalogue.on(kind)).contains("symmetric-noise", "pair-noise");
            // what changes columns changes pixels as well
            assertThat(elsewhere.containsAll(AttackCatalogue.on(kind))).isEqualTo(kind == RowKind.TABLE);
        }
        assertThat(AttackCatalogue.on(RowKind.SENTENCES))
                .containsExactly("symmetric-noise", "pair-noise", "word", "sentence");
    }

    @Test
    void everyAttackMeansSomethingOnSomeRows() {
        assertThat(Stream.of(RowKind.values()).flatMap(kind -> AttackCatalogue.on(kind).stream()))
                .containsAll(AttackCatalogue.names());
    }
}
