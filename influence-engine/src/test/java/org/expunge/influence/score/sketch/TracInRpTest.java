package org.expunge.influence.score.sketch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.Projection;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.Scores;
import org.expunge.influence.score.TracInCp;
import org.expunge.influence.score.Weighting;
import org.expunge.influence.score.WorkLimits;
import org.expunge.influence.testkit.EstimatorContract;
import org.expunge.influence.testkit.SmallProblems;
import org.expunge.influence.training.Checkpoint;
import org.junit.jupiter.api.Test;

class TracInRpTest extends EstimatorContract {
    private final Model first = SmallProblems.convolutional(1);
    private final List<Checkpoint> checkpoints = List.of(
            new Checkpoint(10, 1, 0.1, 20, first), new Checkpoint(20, 2, 0.05, 25, SmallProblems.convolutional(2)));

    @Override
    protected Estimator estimator(Engine on, WorkLimits limits) {
        return of(on, Projection.signs(8, 3), limits);
    }

    private TracInRp of(Engine on, Projection projection, WorkLimits limits) {
        return new TracInRp(on, checkpoints, new TracInRp.Options(projection, Weighting.LEARNING_RATE, limits));
    }

    @Override
    protected Dataset train() {
        return SmallProblems.rows(first, 9, 3);
    }

    @Override
    protected Dataset queries() {
        return SmallProblems.rows(first, 4, 4);
    }

    @Test
    void withTheIdentityItIsTracInCp() {
        Projection identity = Projection.identity(first.network().layout().length());

        Scores scores = of(engine, identity, WorkLimits.DEFAULT).score(train(), queries());

        Scores expected = new TracInCp(engine, checkpoints, TracInCp.Options.DEFAULT).score(train(), queries());
        for (int q = 0; q < 4; q++) {
            assertThat(scores.row(q)).containsExactly(expected.row(q), within(1e-12));
        }
        assertThat(scores.provenance().checkpoints())
                .isEqualTo(expected.provenance().checkpoints());
    }

    @Test
    void onAverageOverSeedsItIsTracInCp() {
        Scores expected = new TracInCp(engine, checkpoints, TracInCp.Options.DEFAULT).score(train(), queries());
        int row = largest(expected.row(1));
        int seeds = 300;
        double sum = 0;
        double squares = 0;
        for (int seed = 0; seed < seeds; seed++) {
            double score = of(engine, Projection.signs(16, seed), WorkLimits.DEFAULT)
                    .score(train().select(new int[] {row}), queries().select(new int[] {1}))
                    .score(0, 0);
            sum += score;
            squares += score * score;
        }
        double mean = sum / seeds;
        double error = Math.sqrt((squares / seeds - mean * mean) / seeds);

        assertThat(mean).isCloseTo(expected.score(1, row), within(4 * error));
        assertThat(10 * error).isLessThan(Math.abs(expected.score(1, row)));
    }

    private static int largest(double[] scores) {
        int largest = 0;
        for (int i = 1; i < scores.length; i++) {
            largest = Math.abs(scores[i]) > Math.abs(scores[largest]) ? i : largest;
        }
        return largest;
    }

    @Test
    void eachCheckpointHasAProjectionOfItsOwn() {
        List<Checkpoint> twice = List.of(checkpoints.get(0), checkpoints.get(0));
        TracInRp.Options options =
                new TracInRp.Options(Projection.signs(4, 1), Weighting.LEARNING_RATE, WorkLimits.DEFAULT);

        double one = new TracInRp(engine, twice.subList(0, 1), options)
                .score(train(), queries())
                .score(0, 0);
        double two =
                new TracInRp(engine, twice, options).score(train(), queries()).score(0, 0);

        assertThat(two).isNotCloseTo(2 * one, within(1e-9));
    }

    @Test
    void aRepeatedRowScoresAlikeTwice() {
        assertTwinsScoreAlike(estimator(engine, WorkLimits.DEFAULT), train(), queries());
    }
}
