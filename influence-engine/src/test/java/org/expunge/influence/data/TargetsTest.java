package org.expunge.influence.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TargetsTest {
    private final Targets classes = Targets.classes(new int[] {2, 0, 1}, 3);
    private final Targets binary = Targets.real(new double[] {0, 1, 1}, 1);
    private final Targets real = Targets.real(new double[] {0.5, 1, 2, -3}, 2);

    private static double[] row(Targets targets, int row) {
        double[] into = new double[targets.width()];
        targets.read(row, into, 0);
        return into;
    }

    @Test
    void readsAClassAsAOneHotRow() {
        double[] into = {9, 9, 9, 9, 9};

        classes.read(0, into, 1);

        assertThat(into).containsExactly(9, 0, 0, 1, 9);
        assertThat(classes.label(0)).isEqualTo(2);
        assertThat(classes.isClasses()).isTrue();
        assertThat(classes.classes()).isEqualTo(3);
    }

    @Test
    void countsTwoClassesInOneColumnOfZerosAndOnes() {
        assertThat(binary.classes()).isEqualTo(2);
        assertThat(binary.isClasses()).isFalse();
        assertThat(binary.label(0)).isZero();
        assertThat(binary.label(2)).isEqualTo(1);
        assertThat(Targets.select(binary, new int[] {1, 2}).classes()).isEqualTo(2);
        assertThat(Targets.select(binary, new int[0]).classes()).isEqualTo(2);
    }

    @Test
    void hasNoLabelsForNumbers() {
        assertThat(real.classes()).isZero();
        assertThat(row(real, 1)).containsExactly(2, -3);
        assertThatThrownBy(() -> real.label(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("row 1");
    }

    @Test
    void selectsAndAppends() {
        Targets all = Targets.concat(Targets.select(classes, new int[] {1, 1}), classes);

        assertThat(all.rows()).isEqualTo(5);
        assertThat(all.label(1)).isZero();
        assertThat(all.label(2)).isEqualTo(2);
        assertThat(row(Targets.concat(real, Targets.select(real, new int[] {0})), 2))
                .containsExactly(0.5, 1);
        assertThat(Targets.concat(binary, binary).classes()).isEqualTo(2);
    }

    @Test
    void relabelsSomeRows() {
        Targets relabelled = Targets.relabel(classes, Map.of(0, 1));

        assertThat(relabelled.label(0)).isEqualTo(1);
        assertThat(relabelled.label(2)).isEqualTo(1);
        assertThat(row(Targets.relabel(binary, Map.of(0, 1)), 0)).containsExactly(1);
        assertThat(Targets.relabel(binary, Map.of()).isClasses()).isFalse();
    }

    @Test
    void turnsTwoClassesIntoOneColumn() {
        Targets column = Targets.asSingleColumn(Targets.classes(new int[] {1, 0}, 2));

        assertThat(column.width()).isEqualTo(1);
        assertThat(row(column, 0)).containsExactly(1);
        assertThat(column.label(1)).isZero();
    }

    @Test
    void aSelectionOfASelectionNamesTheRowsOfTheFirst() {
        Targets some = Targets.select(Targets.select(classes, new int[] {2, 0, 1}), new int[] {1, 0, 1});

        assertThat(some.origin()).isSameAs(classes);
        assertThat(new int[] {some.originRow(0), some.originRow(1), some.originRow(2)})
                .containsExactly(0, 2, 0);
        assertThat(classes.origin()).isSameAs(classes);
        assertThat(classes.originRow(2)).isEqualTo(2);
        assertThatThrownBy(() -> classes.originRow(3)).isInstanceOf(IndexOutOfBoundsException.class);

        Targets numbers = Targets.real(new double[] {3, 4, 5}, 1);
        assertThat(Targets.select(numbers, new int[] {2, 1}).origin()).isSameAs(numbers);
        assertThat(Targets.select(numbers, new int[] {2, 1}).originRow(0)).isEqualTo(2);
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThatThrownBy(() -> Targets.classes(new int[] {0, 3}, 3))
                .hasMessage("row 1 has label 3 but there are 3 classes");
        assertThatThrownBy(() -> Targets.classes(new int[] {-1}, 3)).hasMessageContaining("label -1");
        assertThatThrownBy(() -> Targets.classes(new int[0], 0)).hasMessageContaining("at least 1 class");
        assertThatThrownBy(() -> Targets.real(new double[] {1, Double.NaN}, 1))
                .hasMessage("row 1 has target NaN, which is not finite");
        assertThatThrownBy(() -> Targets.relabel(classes, Map.of(0, 3))).hasMessageContaining("label 3");
        assertThatThrownBy(() -> Targets.relabel(classes, Map.of(5, 1))).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> Targets.concat(classes, binary))
                .hasMessage("real targets of width 1 cannot follow class of width 3");
        assertThatThrownBy(() -> Targets.asSingleColumn(classes)).hasMessageContaining("there are 3");
        assertThatThrownBy(() -> Targets.select(classes, new int[] {3})).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
