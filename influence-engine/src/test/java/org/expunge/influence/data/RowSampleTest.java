package org.expunge.influence.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RowSampleTest {
    private static final int ROWS = 10;

    @Test
    void drawsDistinctRowsInOrderAndTheSameOnesAgain() {
        Dataset sample = RowSample.of(data(), 4, 7);

        assertThat(sample.size()).isEqualTo(4);
        assertThat(sample.ids()).doesNotHaveDuplicates();
        assertThat(Arrays.stream(values(sample))).isSorted();
        assertThat(values(RowSample.of(data(), 4, 7))).isEqualTo(values(sample));
        assertThat(values(RowSample.of(data(), 4, 8))).isNotEqualTo(values(sample));
    }

    @Test
    void everyRowIsAsLikelyAsAnother() {
        int draws = 4_000;
        int[] drawn = new int[ROWS];
        for (int seed = 0; seed < draws; seed++) {
            for (double value : values(RowSample.of(data(), 3, seed))) {
                drawn[(int) value]++;
            }
        }

        // a count's standard deviation is √(4000 · .3 · .7) = 29; five of them are exceeded once in 1e5 runs
        double[] expected = new double[ROWS];
        Arrays.fill(expected, 1_200);
        assertThat(Arrays.stream(drawn).asDoubleStream().toArray()).containsExactly(expected, within(145.0));
    }

    @Test
    void takesAllRowsWhereThereAreNoMoreAndRefusesNone() {
        assertThat(RowSample.of(data(), ROWS + 1, 1).size()).isEqualTo(ROWS);
        assertThatThrownBy(() -> RowSample.of(data(), 0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0");
    }

    private static Dataset data() {
        double[] x = new double[ROWS];
        Arrays.setAll(x, i -> i);
        return Dataset.of("ten", Shape.flat(1), Features.of(x, 1), Targets.real(new double[ROWS], 1));
    }

    private static double[] values(Dataset data) {
        double[] values = new double[data.size()];
        Arrays.setAll(values, i -> data.row(i)[0]);
        return values;
    }
}
