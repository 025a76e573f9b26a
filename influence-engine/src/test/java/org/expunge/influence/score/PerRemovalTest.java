package org.expunge.influence.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PerRemovalTest {
    private final Engine engine = SmallProblems.reference(1, 8);
    private final Model model = SmallProblems.dense(1);
    private final Dataset train = SmallProblems.rows(model, 12, 2);
    private final Dataset queries = SmallProblems.rows(model, 2, 3);

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void scoresAreDividedByTheRowsAndSaySo() {
        InnerProduct raw = new InnerProduct(engine, model, TrajectoryEstimator.Options.DEFAULT);
        PerRemoval estimator = new PerRemoval(raw);

        Scores scores = estimator.score(train, queries);

        assertThat(scores.score(1, 2)).isCloseTo(raw.score(train, queries).score(1, 2) / 12, within(1e-15));
        assertThat(scores.provenance().units()).isEqualTo(Provenance.Units.PER_REMOVAL);
        assertThat(estimator.inputs()).containsEntry("units", "PER_REMOVAL");
    }

    @Test
    void cosinesPredictNoLoss() {
        PerRemoval estimator = new PerRemoval(new Cosine(engine, model, TrajectoryEstimator.Options.DEFAULT));

        assertThatThrownBy(() -> estimator.score(train, queries))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("predict no loss");
    }
}
