package org.expunge.influence.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RowRangeTest {
    @Test
    void countsItsRows() {
        RowRange range = new RowRange(3, 6);

        assertThat(range.rows()).containsExactly(3, 4, 5);
        assertThat(range.size()).isEqualTo(3);
        assertThat(new RowRange(2, 2).rows()).isEmpty();
        assertThat(range).hasToString("3:6");
    }

    @Test
    void overlapsOnlyWhereARowIsInBoth() {
        RowRange range = new RowRange(3, 6);

        assertThat(range.overlaps(new RowRange(5, 9))).isTrue();
        assertThat(range.overlaps(new RowRange(4, 5))).isTrue();
        assertThat(range.overlaps(new RowRange(6, 9))).isFalse();
        assertThat(range.overlaps(new RowRange(0, 3))).isFalse();
        assertThat(range.overlaps(new RowRange(4, 4))).isFalse();
    }

    @Test
    void refusesRangesThatEndBeforeTheyBegin() {
        assertThatThrownBy(() -> new RowRange(3, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("rows 3 to 2 are no range");
        assertThatThrownBy(() -> new RowRange(-1, 2)).isInstanceOf(IllegalArgumentException.class);
    }
}
