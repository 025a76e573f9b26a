package org.expunge.influence.score;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockSharesTest {
    private static MemoryPlan plan(int down, int across) {
        return new MemoryPlan(10 * down - 3, 7 * across - 2, 10, 7, true, 0, 0, 0, 1);
    }

    private static List<Integer> places(int down, int across, int engines) {
        MemoryPlan plan = plan(down, across);
        BlockShares shares = BlockShares.of(plan, engines);
        return plan.blocks().stream().map(shares::engine).toList();
    }

    @Test
    void neighbouringRowsGoToOneEngine() {
        assertThat(places(5, 1, 2)).containsExactly(0, 0, 0, 1, 1);
        assertThat(places(6, 1, 3)).containsExactly(0, 0, 1, 1, 2, 2);
    }

    @Test
    void neighbouringQueriesGoToOneEngineWhereRowsAreWhole() {
        assertThat(places(1, 3, 2)).containsExactly(0, 0, 1);
    }

    @Test
    void queriesAreSharedOutWhereBothWouldDo() {
        assertThat(places(2, 2, 2)).containsExactly(0, 0, 1, 1);
        assertThat(BlockShares.of(plan(2, 2), 2).byRows()).isFalse();
    }

    @Test
    void theSideThatLeavesNobodyWithMoreIsSharedOut() {
        assertThat(BlockShares.of(plan(4, 3), 2).byRows()).isTrue(); // 3 · 2 blocks at most, not 4 · 2
        assertThat(BlockShares.of(plan(3, 4), 2).byRows()).isFalse();
    }

    @Test
    void someEnginesHaveNothingToDoWhereBlocksAreFew() {
        assertThat(places(1, 1, 4)).containsExactly(0);
        assertThat(places(2, 1, 4)).containsExactly(0, 1);
    }

    @ParameterizedTest
    @CsvSource({"1,1,1", "15,1,8", "3,7,4", "9,2,5", "100,100,16"})
    void noEngineHasMoreThanItsShareOfTheSideThatIsSharedOut(int down, int across, int engines) {
        List<Integer> places = places(down, across, engines);
        boolean byRows = BlockShares.of(plan(down, across), engines).byRows();
        int blocks = byRows ? down : across;
        int other = byRows ? across : down;

        for (int e = 0; e < engines; e++) {
            int place = e;
            long count = places.stream().filter(found -> found == place).count();
            assertThat(count).isLessThanOrEqualTo((long) other * ((blocks + engines - 1) / engines));
        }
        assertThat(places).allMatch(place -> place >= 0 && place < engines);
    }
}
