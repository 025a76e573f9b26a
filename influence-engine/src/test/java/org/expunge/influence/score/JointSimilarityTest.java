package org.expunge.influence.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.testkit.SmallProblems;
import org.expunge.influence.training.Checkpoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JointSimilarityTest {
    private static final TrajectoryEstimator.Options DEFAULT = TrajectoryEstimator.Options.DEFAULT;

    private final Engine engine = SmallProblems.reference(2, 4);
    private final Model first = SmallProblems.convolutional(1);
    private final List<Checkpoint> checkpoints = List.of(
            new Checkpoint(10, 1, 0.1, 20, first), new Checkpoint(20, 2, 0.05, 25, SmallProblems.convolutional(2)));
    private final Dataset train = SmallProblems.rows(first, 11, 3);
    private final Dataset queries = SmallProblems.rows(first, 3, 4);

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void agreesWithTheThreeEstimatorsByThemselves() {
        List<Scores> joint = new JointSimilarity(engine, checkpoints, DEFAULT).score(train, queries);

        List<Estimator> alone = List.of(
                new Gas(engine, checkpoints, DEFAULT),
                new GasL(engine, checkpoints, DEFAULT),
                new TracInCp(engine, checkpoints, DEFAULT));
        for (int k = 0; k < alone.size(); k++) {
            Scores expected = alone.get(k).score(train, queries);
            assertThat(joint.get(k).provenance()).isEqualTo(expected.provenance());
            assertThat(JointSimilarity.METHODS.get(k)).isEqualTo(alone.get(k).method());
            for (int q = 0; q < queries.size(); q++) {
                // sums of under 200 terms of size 1 in double
                assertThat(joint.get(k).row(q)).containsExactly(expected.row(q), within(1e-12));
                assertThat(Arrays.stream(expected.row(q)).map(Math::abs).max().orElseThrow())
                        .isGreaterThan(1e-4);
            }
        }
    }

    @Test
    void someOfTheThreeAreTheSameNumbersInTheOrderAskedFor() {
        List<Scores> all = new JointSimilarity(engine, checkpoints, DEFAULT).score(train, queries);
        JointSimilarity two = new JointSimilarity(engine, checkpoints, DEFAULT, List.of("tracin-cp", "gas"));
        List<Scores> some = two.score(train, queries);

        assertThat(two.methods()).containsExactly("tracin-cp", "gas");
        for (int q = 0; q < queries.size(); q++) {
            assertThat(some.get(0).row(q)).containsExactly(all.get(2).row(q), within(1e-12));
            assertThat(some.get(1).row(q)).containsExactly(all.get(0).row(q), within(1e-12));
        }
        assertThat(some).extracting(scores -> scores.provenance().method()).containsExactly("tracin-cp", "gas");
        assertThatThrownBy(() -> new JointSimilarity(engine, checkpoints, DEFAULT, List.of("gas", "grand")))
                .hasMessage("methods must be some of [gas, gas-l, tracin-cp], got [gas, grand]");
        assertThatThrownBy(() -> new JointSimilarity(engine, checkpoints, DEFAULT, List.of()))
                .hasMessageContaining("got []");
    }

    @Test
    void fillsTheSameTablesInSmallBlocksWithinItsPlan() {
        Dataset many = SmallProblems.rows(first, 90, 5);
        JointSimilarity whole = new JointSimilarity(engine, checkpoints, DEFAULT);
        long less = 8 * whole.plan(many.size(), queries.size()).totalBytes() / 10;
        JointSimilarity cut = new JointSimilarity(
                engine, checkpoints, new TrajectoryEstimator.Options(Weighting.LEARNING_RATE, less, 4));

        MemoryPlan plan = cut.plan(many.size(), queries.size());
        List<Scores> expected = whole.score(many, queries);
        List<Scores> scores = cut.score(many, queries);

        assertThat(plan.blocks().size()).isGreaterThan(1);
        assertThat(plan.totalBytes()).isLessThanOrEqualTo(less);
        for (int k = 0; k < expected.size(); k++) {
            for (int q = 0; q < queries.size(); q++) {
                assertThat(scores.get(k).row(q)).containsExactly(expected.get(k).row(q), within(1e-12));
            }
        }
    }

    @Test
    void countsTheScoresOfAllThreeTables() {
        MemoryPlan joint = new JointSimilarity(engine, checkpoints, DEFAULT).plan(train.size(), queries.size());
        MemoryPlan alone = new Gas(engine, checkpoints, DEFAULT).plan(train.size(), queries.size());

        assertThat(joint.sumBytes()).isEqualTo(3 * alone.sumBytes());
    }
}
