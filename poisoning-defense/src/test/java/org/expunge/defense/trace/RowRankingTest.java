package org.expunge.defense.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RowRankingTest {
    private static final double NONE = Double.NEGATIVE_INFINITY;

    private final RowRanking first = RowRanking.of("vote", new double[] {3, NONE, 1, NONE, NONE});
    private final RowRanking second = RowRanking.of("vote", new double[] {NONE, 2, NONE, 4, NONE});

    @Test
    void joinedRankingsOfTwoClassesAreInOneOrder() {
        RowRanking joined = RowRanking.joined(List.of(first, second));

        assertThat(joined.ranked()).containsExactly(3, 0, 1, 2);
        assertThat(joined.toArray()).containsExactly(3, 2, 1, 4, NONE);
        assertThat(joined.method()).isEqualTo("vote");
    }

    @Test
    void oneRankingStaysAsItIs() {
        assertThat(RowRanking.joined(List.of(first))).isEqualTo(first);
    }

    @Test
    void rowsOfOtherLabelsShareANumberBelowAllOthers() {
        assertThat(first.toFiniteArray()).containsExactly(3, 0, 1, 0, 0);
    }
}
