package org.expunge.influence.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class FeaturesTest {
    private final Features base = Features.of(new double[] {1, 2, 3, 4, 5, 6}, 2);

    private static double[] row(Features features, int row) {
        double[] into = new double[features.width()];
        features.read(row, into, 0);
        return into;
    }

    @Test
    void readsARowToAnOffsetAndLeavesTheRest() {
        double[] into = {9, 9, 9, 9};

        base.read(1, into, 1);

        assertThat(into).containsExactly(9, 3, 4, 9);
    }

    @Test
    void holdsFloatsAndUnsignedBytes() {
        assertThat(row(Features.ofFloats(new float[] {0.5f, -1}, 2), 0)).containsExactly(0.5, -1);
        assertThat(row(Features.ofBytes(new byte[] {0, (byte) 255}, 2, 2), 0)).containsExactly(0, 510);
    }

    @Test
    void keepsACopyOfWhatItWasGiven() {
        double[] values = {1, 2};
        Features features = Features.of(values, 2);

        values[0] = 7;

        assertThat(row(features, 0)).containsExactly(1, 2);
    }

    @Test
    void selectsRowsThroughASelection() {
        Features selected = Features.select(Features.select(base, new int[] {2, 0, 1}), new int[] {0, 0, 2});

        assertThat(selected.rows()).isEqualTo(3);
        assertThat(row(selected, 0)).containsExactly(5, 6);
        assertThat(row(selected, 1)).containsExactly(5, 6);
        assertThat(row(selected, 2)).containsExactly(3, 4);
        assertThat(Features.select(base, new int[0]).rows()).isZero();
    }

    @Test
    void shiftsAndScales() {
        Features affine = Features.affine(base, new double[] {1, 0}, new double[] {10, -1});

        assertThat(row(affine, 1)).containsExactly(20, -4);
        assertThat(affine.rows()).isEqualTo(3);
    }

    @Test
    void laysOtherRowsOverTheBase() {
        Features overlaid = Features.overlay(base, Map.of(1, new double[] {7, 8}));

        assertThat(row(overlaid, 0)).containsExactly(1, 2);
        assertThat(row(overlaid, 1)).containsExactly(7, 8);
        assertThat(row(base, 1)).containsExactly(3, 4);
    }

    @Test
    void appendsRows() {
        Features both = Features.concat(base, Features.ofBytes(new byte[] {1, 1}, 2, 1));

        assertThat(both.rows()).isEqualTo(4);
        assertThat(row(both, 2)).containsExactly(5, 6);
        assertThat(row(both, 3)).containsExactly(1, 1);
    }

    @Test
    void aSelectionOfASelectionNamesTheRowsOfTheFirst() {
        Features some = Features.select(Features.select(base, new int[] {2, 0, 1}), new int[] {1, 0, 1});

        assertThat(some.origin()).isSameAs(base);
        assertThat(new int[] {some.originRow(0), some.originRow(1), some.originRow(2)})
                .containsExactly(0, 2, 0);
        assertThat(base.origin()).isSameAs(base);
        assertThat(base.originRow(2)).isEqualTo(2);
        assertThatThrownBy(() -> base.originRow(3)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThatThrownBy(() -> Features.of(new double[5], 2)).hasMessage("5 values do not fill rows of 2");
        assertThatThrownBy(() -> Features.of(new double[5], 0)).hasMessageContaining("at least 1");
        assertThatThrownBy(() -> row(base, 3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> Features.select(base, new int[] {-1})).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> Features.affine(base, new double[1], new double[2]))
                .hasMessage("shift has 1 entries but a row has 2");
        assertThatThrownBy(() -> Features.affine(base, new double[2], new double[] {1, Double.NaN}))
                .hasMessageContaining("column 1");
        assertThatThrownBy(() -> Features.overlay(base, Map.of(3, new double[2])))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> Features.overlay(base, Map.of(0, new double[3])))
                .hasMessageContaining("has 3 values");
        assertThatThrownBy(() -> Features.overlay(base, Map.of(0, new double[] {0, Double.NaN})))
                .hasMessageContaining("holds NaN in column 1");
        assertThatThrownBy(() -> Features.concat(base, Features.of(new double[3], 3)))
                .hasMessage("rows of width 3 cannot follow rows of width 2");
        assertThatThrownBy(() -> Features.ofBytes(new byte[2], 2, Double.NaN)).hasMessageContaining("finite");
    }
}
