package org.expunge.influence.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.testkit.SmallProblems;
import org.expunge.influence.training.Checkpoint;
import org.junit.jupiter.api.Test;

class SelfInfluenceTest {
    @Test
    void isTracInCpOfARowOnItself() {
        Model model = SmallProblems.convolutional(1);
        Dataset rows = SmallProblems.rows(model, 9, 2);
        List<Checkpoint> checkpoints = List.of(
                new Checkpoint(1, 0, 0.1, 2, model), new Checkpoint(2, 0, 0.2, 5, SmallProblems.convolutional(3)));
        try (Engine engine = SmallProblems.reference(2, 4)) {
            Scores pairs = new TracInCp(engine, checkpoints, TracInCp.Options.DEFAULT).score(rows, rows);

            double[] scores = new SelfInfluence(engine, checkpoints, Weighting.LEARNING_RATE).scores(rows);

            for (int i = 0; i < rows.size(); i++) {
                assertThat(scores[i]).isPositive().isCloseTo(pairs.score(i, i), within(1e-12));
            }
        }
    }
}
