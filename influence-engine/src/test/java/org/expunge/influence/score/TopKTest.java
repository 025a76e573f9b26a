package org.expunge.influence.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TopKTest {
    private static final double[] SCORES = {1, 3, 3, -2, 3, 0};

    private static TopK.Ranked ranked(int row, double score) {
        return new TopK.Ranked(row, score);
    }

    @Test
    void givesTiesToTheSmallerRow() {
        assertThat(TopK.of(SCORES, 2, TopK.End.PROPONENTS)).containsExactly(ranked(1, 3), ranked(2, 3));
        assertThat(TopK.of(new double[] {0, -1, -1}, 1, TopK.End.OPPONENTS)).containsExactly(ranked(1, -1));
    }

    @Test
    void ranksOpponentsFromTheSmallestScore() {
        assertThat(TopK.of(SCORES, 3, TopK.End.OPPONENTS)).containsExactly(ranked(3, -2), ranked(5, 0), ranked(0, 1));
    }

    @Test
    void keepsAllRowsWhereThereAreFewer() {
        assertThat(TopK.of(SCORES, 10, TopK.End.PROPONENTS))
                .extracting(TopK.Ranked::row)
                .containsExactly(1, 2, 4, 0, 5, 3);
        assertThat(TopK.of(new double[0], 10, TopK.End.PROPONENTS)).isEmpty();
    }

    @Test
    void doesNotDependOnTheOrderOfBlocks() {
        ScoreBlock left = new ScoreBlock(new BlockRange(0, 2, 0, 2), new double[] {1, 10, 3, 30});
        ScoreBlock right = new ScoreBlock(new BlockRange(0, 2, 2, 2), new double[] {3, 20, 0, 30});
        TopK forward = new TopK(2, TopK.End.PROPONENTS);
        TopK backward = new TopK(2, TopK.End.PROPONENTS);

        List.of(left, right).forEach(forward::accept);
        List.of(right, left).forEach(backward::accept);

        assertThat(forward.of(0)).containsExactly(ranked(1, 3), ranked(2, 3)).isEqualTo(backward.of(0));
        assertThat(forward.of(1)).containsExactly(ranked(1, 30), ranked(3, 30)).isEqualTo(backward.of(1));
        assertThat(forward.of(2)).isEmpty();
    }

    @Test
    void refusesToKeepNothing() {
        assertThatThrownBy(() -> new TopK(0, TopK.End.PROPONENTS)).hasMessageContaining("k must be at least 1");
    }
}
