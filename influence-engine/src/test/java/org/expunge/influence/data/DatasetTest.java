package org.expunge.influence.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DatasetTest {
    private final Dataset data = Dataset.of(
                    "letters",
                    Shape.flat(2),
                    Features.of(new double[] {1, 2, 3, 4, 5, 6}, 2),
                    Targets.classes(new int[] {0, 1, 1}, 2))
            .withIds(List.of("a", "b", "c"))
            .withClassNames(List.of("no", "yes"))
            .withGroup("sex", List.of("f", "m"), new int[] {0, 1, 0});

    private static double[] row(Dataset data, int row) {
        double[] into = new double[data.shape().length()];
        data.features().read(row, into, 0);
        return into;
    }

    @Test
    void namesRowsClassesAndShapeOnItsOwn() {
        Dataset plain = Dataset.of(
                "plain", Shape.flat(1), Features.of(new double[] {1, 2}, 1), Targets.classes(new int[] {0, 1}, 3));

        assertThat(plain.ids()).containsExactly("row-0", "row-1");
        assertThat(plain.classNames()).containsExactly("0", "1", "2");
        assertThat(plain.groups()).isEmpty();
        assertThat(plain.size()).isEqualTo(2);
        assertThat(plain.classes()).isEqualTo(3);
        assertThat(plain.withName("other").name()).isEqualTo("other");
    }

    @Test
    void findsRowsByIdInAscendingOrder() {
        assertThat(data.rowOf("c")).isEqualTo(2);
        assertThat(data.rowsOf(List.of("c", "a", "c"))).containsExactly(0, 2);
        assertThat(data.rowsOf(List.of())).isEmpty();
        assertThat(data.id(1)).isEqualTo("b");
    }

    @Test
    void namesAnIdThatDoesNotExist() {
        assertThatThrownBy(() -> data.rowsOf(List.of("a", "zz")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("letters has no row with id 'zz'; it has ids such as 'a' and 'c'");
        assertThatThrownBy(() -> data.select(new int[0]).rowOf("a")).hasMessageContaining("it has no rows");
    }

    @Test
    void keepsIdsLabelsAndGroupsThroughASelection() {
        Dataset selected = data.select(new int[] {2, 0});

        assertThat(selected.ids()).containsExactly("c", "a");
        assertThat(selected.rowOf("a")).isEqualTo(1);
        assertThat(selected.label(0)).isEqualTo(1);
        assertThat(selected.groups().get("sex")).containsExactly(0, 0);
        assertThat(selected.groupNames("sex")).containsExactly("f", "m");
        assertThat(row(selected, 0)).containsExactly(5, 6);
        assertThat(selected.classNames()).containsExactly("no", "yes");
    }

    @Test
    void leavesRowsOut() {
        assertThat(data.without(Set.of(1)).ids()).containsExactly("a", "c");
        assertThat(data.without(new int[] {0, 0, 2}).ids()).containsExactly("b");
        assertThat(data.without(new int[0]).ids()).containsExactly("a", "b", "c");
        assertThat(data.without(new int[] {0, 1, 2}).size()).isZero();
    }

    @Test
    void appendsRowsWithOtherIds() {
        Dataset both = data.concat(data.select(new int[] {1}).withIds(List.of("d")));

        assertThat(both.ids()).containsExactly("a", "b", "c", "d");
        assertThat(both.groups().get("sex")).containsExactly(0, 1, 0, 1);
        assertThat(row(both, 3)).containsExactly(3, 4);
        assertThat(both.label(3)).isEqualTo(1);
    }

    @Test
    void swapsTargetsAndFeatures() {
        Dataset three = data.withTargets(Targets.classes(new int[] {2, 2, 2}, 3));

        assertThat(three.classNames()).containsExactly("0", "1", "2");
        assertThat(data.withTargets(Targets.classes(new int[] {1, 1, 1}, 2)).classNames())
                .containsExactly("no", "yes");
        assertThat(row(data.withFeatures(Features.of(new double[6], 2)), 1)).containsExactly(0, 0);
    }

    @Test
    void refusesIdsThatRepeat() {
        assertThatThrownBy(() -> data.withIds(List.of("a", "b", "a"))).hasMessage("rows 0 and 2 have the same id 'a'");
        assertThatThrownBy(() -> data.concat(data)).hasMessageContaining("same id 'a'");
        assertThatThrownBy(() -> data.select(new int[] {1, 1})).hasMessageContaining("row 1 is selected twice");
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThatThrownBy(() -> data.withIds(List.of("a"))).hasMessage("there are 3 rows but 1 ids");
        assertThatThrownBy(() -> data.withClassNames(List.of("a"))).hasMessageContaining("1 class names");
        assertThatThrownBy(() -> data.withGroup("x", List.of("g"), new int[] {0}))
                .hasMessageContaining("1 in group x");
        assertThatThrownBy(() -> data.withGroup("x", List.of("g"), new int[] {0, 1, 0}))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> data.withFeatures(Features.of(new double[4], 2)))
                .hasMessage("there are 2 rows of features but 3 of targets");
        assertThatThrownBy(() -> data.withFeatures(Features.of(new double[9], 3)))
                .hasMessageContaining("shape 2");
        assertThatThrownBy(() -> data.withTargets(Targets.classes(new int[1], 2)))
                .hasMessageContaining("1 of targets");
        assertThatThrownBy(() -> data.select(new int[] {3})).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> data.groupNames("race")).hasMessageContaining("no group column 'race'");
        assertThatThrownBy(
                        () -> data.concat(data.withClassNames(List.of("x", "y")).withIds(List.of("d", "e", "f"))))
                .hasMessageContaining("classes [x, y] differ");
        assertThatThrownBy(() -> new Shape(1, 0, 3)).hasMessageContaining("1 × 0 × 3");
        assertThatThrownBy(() -> new Shape(1 << 20, 1 << 20, 1)).hasMessageContaining("more elements");
    }
}
