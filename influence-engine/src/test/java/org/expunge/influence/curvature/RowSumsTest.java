package org.expunge.influence.curvature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RowSumsTest {
    @Test
    void addsSumsAndRows() {
        RowSums both = new RowSums(2, named("a", 1, 2)).plus(new RowSums(3, named("a", 10, 20)));

        assertThat(both.rows()).isEqualTo(5);
        assertThat(both.get("a")).containsExactly(11, 22);
        assertThat(both.mean("a")).containsExactly(11 / 5.0, 22 / 5.0);
        assertThat(both.names()).containsExactly("a");
    }

    @Test
    void refusesSumsOfOtherNamesOrLengthsAndMeansOverNothing() {
        RowSums sums = new RowSums(0, named("a", 1, 2));

        assertThatThrownBy(() -> sums.plus(new RowSums(1, named("b", 1, 2))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("sums of [b] cannot be added to [a]");
        assertThatThrownBy(() -> sums.plus(new RowSums(1, named("a", 1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a has 2 sums in one part and 1 in the other");
        assertThatThrownBy(() -> sums.mean("a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no rows");
        assertThatThrownBy(() -> sums.get("b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("those of [a]");
    }

    @Test
    void isNotChangedThroughItsArrays() {
        double[] given = {1, 2};
        RowSums sums = new RowSums(1, named("a", given));

        given[0] = 9;
        sums.get("a")[1] = 9;

        assertThat(sums.get("a")).containsExactly(1, 2);
    }

    private static SortedMap<String, double[]> named(String name, double... values) {
        SortedMap<String, double[]> sums = new TreeMap<>();
        sums.put(name, values);
        return sums;
    }
}
