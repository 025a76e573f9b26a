package org.expunge.influence.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.EngineGroup;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.score.BlockRange;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.MemoryPlan;
import org.expunge.influence.score.ScoreStore;
import org.expunge.influence.score.Scores;
import org.expunge.influence.score.SharedEstimator;
import org.expunge.influence.score.WorkLimits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every estimator keeps to, however its work is cut. */
public abstract class EstimatorContract {
    private static final int TILE = 4;

    /** The engine of one worker and tiles of 4. */
    protected final Engine engine = SmallProblems.reference(1, TILE);

    @TempDir
    private Path folder;

    /** Makes the estimator; it scores {@link #train} for {@link #queries}. */
    protected abstract Estimator estimator(Engine on, WorkLimits limits);

    /** Returns 5 rows or more. */
    protected abstract Dataset train();

    /** Returns 3 queries or more. */
    protected abstract Dataset queries();

    /** Returns whether sums of one worker are the same, to the bit, as those of several. */
    protected boolean isSameToTheBitOverWorkers() {
        return true;
    }

    /** Returns whether blocks may be cut by rows; else all rows of some queries are a block. */
    protected boolean isCutByRows() {
        return true;
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void cuttingTheTableIntoBlocksChangesNoScore() throws IOException {
        Estimator whole = estimator(engine, WorkLimits.DEFAULT);
        Estimator cut = estimator(engine, tight());
        MemoryPlan plan = cut.plan(train().size(), queries().size());
        List<BlockRange> seen = new ArrayList<>();

        Scores expected = whole.score(train(), queries());
        assertSame(cut.score(train(), queries()), expected, 1e-12);
        cut.stream(train(), queries(), block -> seen.add(block.range()));

        assertThat(whole.plan(train().size(), queries().size()).blocks()).hasSize(1);
        assertThat(plan.totalBytes()).isLessThanOrEqualTo(tight().maxBytes());
        assertThat(plan.rowsPerBlock() < train().size()).isEqualTo(isCutByRows());
        assertThat(seen).isEqualTo(plan.blocks()).hasSizeGreaterThan(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 64})
    void cuttingTheRowsIntoTilesChangesRoundingOnly(int tile) {
        Scores expected = estimator(engine, WorkLimits.DEFAULT).score(train(), queries());

        try (Engine other = SmallProblems.reference(1, tile)) {
            assertSame(estimator(other, WorkLimits.DEFAULT).score(train(), queries()), expected, 1e-9);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5})
    void moreWorkersGiveTheSame(int workers) {
        Scores expected = estimator(engine, WorkLimits.DEFAULT).score(train(), queries());

        try (Engine other = SmallProblems.reference(workers, TILE)) {
            assertSame(
                    estimator(other, WorkLimits.DEFAULT).score(train(), queries()),
                    expected,
                    isSameToTheBitOverWorkers() ? 0 : 1e-9);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void enginesThatShareTheWorkGiveTheSameToTheBit(int engines) throws IOException {
        WorkLimits limits = new WorkLimits(WorkLimits.DEFAULT.maxBytes(), 2, 1);
        Estimator alone = estimator(engine, limits);
        Scores expected = ScoreStore.compute(folder.resolve("alone.npy"), alone, train(), queries());

        try (EngineGroup group = new EngineGroup(Stream.generate(() -> SmallProblems.reference(1, TILE))
                .limit(engines)
                .toList())) {
            List<Estimator> members =
                    group.engines().stream().map(on -> estimator(on, limits)).toList();
            Scores scores = ScoreStore.compute(
                    folder.resolve("shared.npy"), new SharedEstimator(group, members), train(), queries());

            assertThat(folder.resolve("shared.npy")).hasSameBinaryContentAs(folder.resolve("alone.npy"));
            assertThat(scores.provenance().method())
                    .isEqualTo(expected.provenance().method());
        }
        assertThat(alone.plan(train().size(), queries().size()).blocks()).hasSizeGreaterThanOrEqualTo(engines);
    }

    @Test
    void aKilledRunGoesOnAndEndsWithTheSameBytes() throws IOException {
        Path whole = folder.resolve("whole.npy");
        Path file = folder.resolve("scores.npy");
        Estimator estimator = estimator(engine, tight());
        int blocks = estimator.plan(train().size(), queries().size()).blocks().size();
        Scores stored = ScoreStore.compute(whole, estimator, train(), queries());

        assertThatThrownBy(() -> ScoreStore.compute(file, new InterruptedEstimator(estimator, 1), train(), queries()))
                .hasMessage("killed");
        InterruptedEstimator rest = new InterruptedEstimator(estimator, blocks);
        ScoreStore.compute(file, rest, train(), queries());

        assertThat(rest.computed()).isEqualTo(blocks - 1);
        assertThat(file).hasSameBinaryContentAs(whole);
        assertThat(stored.provenance())
                .isEqualTo(estimator.score(train(), queries()).provenance());
    }

    @Test
    void lessMemoryThanItNeedsIsRefusedWithWhatItNeeds() {
        assertThatThrownBy(() -> estimator(engine, new WorkLimits(1, 4)).plan(5, 3))
                .hasMessageContaining("at least")
                .hasMessageContaining("maxBytes");
    }

    /** Checks that a row that comes twice has the same scores twice. */
    protected static void assertTwinsScoreAlike(Estimator estimator, Dataset train, Dataset queries) {
        Dataset twins = train.concat(train.select(new int[] {1}).withIds(List.of("twin")));
        Scores scores = estimator.score(twins, queries);
        for (int q = 0; q < queries.size(); q++) {
            assertThat(scores.score(q, train.size())).isCloseTo(scores.score(q, 1), within(1e-12));
            assertThat(scores.score(q, train.size())).isNotEqualTo(scores.score(q, 0));
        }
    }

    /** Little more than the least memory that will do, and blocks of 2 rows. */
    private WorkLimits tight() {
        for (long bytes = 1024; ; bytes += 64) {
            try {
                estimator(engine, new WorkLimits(bytes, 2))
                        .plan(train().size(), queries().size());
                return new WorkLimits(bytes, 2);
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageContaining("at least");
            }
        }
    }

    private static void assertSame(Scores scores, Scores expected, double relative) {
        double[] wanted = all(expected);
        double largest = Arrays.stream(wanted).map(Math::abs).max().orElseThrow();
        assertThat(largest).isPositive();
        assertThat(all(scores)).containsExactly(wanted, within(relative * largest));
    }

    private static double[] all(Scores scores) {
        double[] all = new double[scores.queries() * scores.rows()];
        for (int q = 0; q < scores.queries(); q++) {
            System.arraycopy(scores.row(q), 0, all, q * scores.rows(), scores.rows());
        }
        return all;
    }
}
