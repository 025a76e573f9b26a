package org.expunge.influence.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.network.Model;
import org.expunge.influence.testkit.SmallProblems;
import org.expunge.influence.training.Checkpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryPlanTest {
    private final Model model = SmallProblems.convolutional(1);

    private MemoryPlan plan(long maxBytes, int rows, int queries, int checkpoints) {
        try (Engine engine = SmallProblems.reference(2, 4)) {
            return new GasL(
                            engine,
                            Collections.nCopies(checkpoints, new Checkpoint(0, 0, 0.1, 1, model)),
                            new TrajectoryEstimator.Options(Weighting.UNIFORM, maxBytes, 4096))
                    .plan(rows, queries);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {150_000, 300_000, 1_000_000, 30_000_000, 3_000_000_000L})
    void staysUnderWhatIsAllowed(long maxBytes) {
        for (int checkpoints : new int[] {1, 3, 50}) {
            MemoryPlan plan = plan(maxBytes, 60_000, 10_000, checkpoints);

            assertThat(plan.totalBytes()).isLessThanOrEqualTo(maxBytes);
            assertThat(plan.rowsPerBlock()).matches(rows -> rows % 4 == 0 || rows == 60_000);
        }
    }

    @Test
    void usesOneBlockWhereEverythingFits() {
        MemoryPlan plan = plan(1 << 30, 4000, 100, 5);

        assertThat(plan.blocks()).containsExactly(new BlockRange(0, 100, 0, 4000));
        assertThat(plan.describe())
                .contains("4000 rows x 100 queries in blocks of 4000 x 100")
                .contains("1024.0 MiB");
    }

    @Test
    void keepsQueriesWhereThatSavesWork() {
        assertThat(plan(30_000_000, 60_000, 100, 10).keepsQueries()).isTrue();
        MemoryPlan many = plan(3_000_000, 20_000, 1_000, 50);
        assertThat(many.keepsQueries()).isFalse();
        assertThat(many.describe()).contains("computed again for each block of rows");
    }

    @Test
    void coversTheTableWithoutOverlap() {
        MemoryPlan plan = plan(200_000, 1000, 77, 2);
        long cells = plan.blocks().stream()
                .mapToLong(b -> (long) b.rows() * b.queries())
                .sum();

        assertThat(cells).isEqualTo(77_000);
        assertThat(List.copyOf(new java.util.HashSet<>(plan.blocks()))).hasSameSizeAs(plan.blocks());
    }

    @Test
    void saysWhatItNeedsWhereThatIsTooLittle() {
        assertThatThrownBy(() -> plan(10_000, 1000, 10, 1))
                .hasMessageMatching("scoring needs at least \\d+ bytes but maxBytes is 10000; raise it.*");
    }
}
