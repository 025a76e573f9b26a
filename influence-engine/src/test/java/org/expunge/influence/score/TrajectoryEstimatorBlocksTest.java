package org.expunge.influence.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.expunge.influence.score.TwoCheckpoints.TOLERANCE;
import static org.expunge.influence.score.TwoCheckpoints.WEIGHTS;
import static org.expunge.influence.score.TwoCheckpoints.all;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.testkit.SmallProblems;
import org.expunge.influence.testkit.TestBackends;
import org.expunge.influence.training.Checkpoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cutting the work of a trajectory into blocks, tiles and workers. */
@Tag(TestBackends.TAG)
class TrajectoryEstimatorBlocksTest {
    private static final TrajectoryEstimator.Options DEFAULT = TrajectoryEstimator.Options.DEFAULT;

    private final TwoCheckpoints problem = new TwoCheckpoints();
    private final Engine engine = problem.engine;
    private final List<Checkpoint> checkpoints = problem.checkpoints;
    private final Dataset train = problem.train;
    private final Dataset queries = problem.queries;

    @AfterEach
    void close() {
        problem.close();
    }

    /** 11 rows and 3 queries in blocks of 4 × 1 or 2: little more than the passes themselves is allowed. */
    private TrajectoryEstimator.Options tight(long more) {
        long base = smallest();
        return new TrajectoryEstimator.Options(Weighting.LEARNING_RATE, base + more, 4);
    }

    private long smallest() {
        for (long bytes = 1024; ; bytes += 64) {
            try {
                new Gas(engine, checkpoints, new TrajectoryEstimator.Options(Weighting.LEARNING_RATE, bytes, 4))
                        .plan(11, 3);
                return bytes;
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageContaining("scoring needs at least");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 20_000})
    void intoBlocksChangesNoScoreAndNoCount(long more) {
        Estimator whole = new Gas(engine, checkpoints, DEFAULT);
        Estimator cut = new Gas(engine, checkpoints, tight(more));
        assertThat(whole.plan(11, 3).blocks()).hasSize(1);
        assertThat(cut.plan(11, 3).blocks()).hasSizeGreaterThan(2);
        assertThat(cut.plan(11, 3).keepsQueries()).isEqualTo(more > 0);

        Scores expected = whole.score(train, queries);
        Scores scores = cut.score(train, queries);

        assertThat(all(scores)).containsExactly(all(expected), within(TOLERANCE));
        assertThat(scores.provenance()).isEqualTo(expected.provenance());
    }

    @Test
    void amongMoreWorkersChangesNoBit() {
        double[] two = all(new GasL(engine, checkpoints, DEFAULT).score(train, queries));

        try (Engine one = SmallProblems.reference(1, 4);
                Engine five = SmallProblems.reference(5, 4)) {
            assertThat(all(new GasL(one, checkpoints, DEFAULT).score(train, queries)))
                    .isEqualTo(two);
            assertThat(all(new GasL(five, checkpoints, DEFAULT).score(train, queries)))
                    .isEqualTo(two);
        }
    }

    @Test
    void intoOtherTilesChangesRoundingOnly() {
        double[] four = all(new Gas(engine, checkpoints, DEFAULT).score(train, queries));

        try (Engine other = SmallProblems.reference(2, 3)) {
            assertThat(all(new Gas(other, checkpoints, DEFAULT).score(train, queries)))
                    .containsExactly(four, within(TOLERANCE));
        }
    }

    @Test
    void onTheCpuBackendChangesRoundingOnly() {
        double[] expected = all(new Gas(engine, checkpoints, DEFAULT).score(train, queries));

        try (Engine cpu = new Engine(TestBackends.rounded(), new Workers(2), 4)) {
            // two gradients through 4 kernels of up to 60 terms each: 2 · 4 · √60 u is 4e-6 of the bound
            assertThat(all(new Gas(cpu, checkpoints, DEFAULT).score(train, queries)))
                    .containsExactly(expected, within(4e-6 * WEIGHTS));
        }
    }

    @Test
    void asksForEveryCellOnceAndInTheOrderOfThePlan() throws IOException {
        Estimator cut = new TracInCp(engine, checkpoints, tight(2_000));
        int[][] visits = new int[3][11];
        List<BlockRange> seen = new ArrayList<>();

        cut.stream(train, queries, block -> {
            seen.add(block.range());
            for (int q = 0; q < block.range().queries(); q++) {
                for (int r = 0; r < block.range().rows(); r++) {
                    visits[block.range().queryFrom() + q][block.range().rowFrom() + r]++;
                }
            }
        });

        assertThat(seen).isEqualTo(cut.plan(11, 3).blocks());
        assertThat(visits).isDeepEqualTo(new int[][] {ones(11), ones(11), ones(11)});
    }

    private int[] ones(int n) {
        int[] ones = new int[n];
        Arrays.fill(ones, 1);
        return ones;
    }
}
