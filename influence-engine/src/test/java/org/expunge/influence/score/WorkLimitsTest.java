package org.expunge.influence.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkLimitsTest {
    @ParameterizedTest
    @CsvSource({
        "1000, 100, 1000000, 4096",
        "1000, 100, 20000, 4096",
        "1000, 100, 12000, 64",
        "1000, 100, 10117, 64",
        "1, 1, 10117, 1",
        "0, 0, 10117, 1"
    })
    void blocksStayWithinTheMemoryAllowedAndCoverTheTable(int rows, int queries, long maxBytes, int rowsPerBlock) {
        WorkLimits limits = new WorkLimits(maxBytes, rowsPerBlock);

        MemoryPlan plan = limits.blocks(rows, queries, 10_000, 40, 60, 16);

        assertThat(plan.totalBytes()).isLessThanOrEqualTo(maxBytes);
        assertThat(plan.rowsPerBlock()).isLessThanOrEqualTo(Math.max(1, Math.min(rows, rowsPerBlock)));
        assertThat(plan.blocks().stream()
                        .mapToLong(block -> (long) block.rows() * block.queries())
                        .sum())
                .isEqualTo((long) rows * queries);
    }

    @Test
    void allQueriesAreTakenAtOnceIfTheyFitHalfOfTheMemory() {
        assertThat(new WorkLimits(10_000 + 2 * 100 * 76, 4096)
                        .blocks(1000, 100, 10_000, 40, 60, 16)
                        .queriesPerBlock())
                .isEqualTo(100);
        assertThat(new WorkLimits(10_000 + 2 * 100 * 76 - 1, 4096)
                        .blocks(1000, 100, 10_000, 40, 60, 16)
                        .queriesPerBlock())
                .isEqualTo(99);
    }

    @Test
    void wholeRowsAreCutByQueriesAlone() {
        MemoryPlan plan = new WorkLimits(10_000 + 7 * (60 + 16 * 1000), 64).wholeRows(1000, 100, 10_000, 60, 16);

        assertThat(plan.rowsPerBlock()).isEqualTo(1000);
        assertThat(plan.queriesPerBlock()).isEqualTo(7);
        assertThat(plan.totalBytes()).isEqualTo(plan.maxBytes());
        assertThat(plan.blocks()).hasSize(15);
    }

    @Test
    void lessThanOneRowAndQueryNeedIsRefusedWithWhatTheyNeed() {
        assertThatThrownBy(() -> new WorkLimits(10_115, 1).blocks(10, 10, 10_000, 40, 60, 16))
                .hasMessageContaining("at least 10116 bytes but maxBytes is 10115; raise it (--max-memory; --gpu");
        assertThatThrownBy(() -> new WorkLimits(10_219, 1).wholeRows(10, 10, 10_000, 60, 16))
                .hasMessageContaining("at least 10220 bytes");
        assertThatThrownBy(() -> new WorkLimits(0, 1)).hasMessageContaining("maxBytes");
        assertThatThrownBy(() -> new WorkLimits(1, 0)).hasMessageContaining("rowsPerBlock");
    }

    @ParameterizedTest
    @CsvSource({
        "2, 60000, 1000, 256, 3840, 500", // 16 blocks of at most 4096, a whole number of tiles each
        "3, 18, 2, 4, 8, 1",
        "4, 3, 1, 32, 32, 1",
        "1, 60000, 10, 256, 4096, 10",
        "2, 0, 0, 8, 8, 1"
    })
    void sharedLimitsGiveEveryEngineAsMuch(
            int engines, int rows, int queries, int tile, int rowsPerBlock, int queriesPerBlock) {
        assertThat(WorkLimits.DEFAULT.sharedBy(engines, rows, queries, tile))
                .isEqualTo(new WorkLimits(WorkLimits.DEFAULT.maxBytes(), rowsPerBlock, queriesPerBlock));
    }

    @Test
    void wholeRowsKeepToTheQueriesOfABlock() {
        WorkLimits limits = new WorkLimits(1 << 20, 64, 3);

        assertThat(limits.wholeRows(10, 7, 0, 8, 8).queriesPerBlock()).isEqualTo(3);
        assertThat(limits.blocks(10, 7, 0, 8, 8, 8).queriesPerBlock()).isEqualTo(7);
        assertThatThrownBy(() -> new WorkLimits(1, 1, 0)).hasMessageContaining("queriesPerBlock");
    }
}
