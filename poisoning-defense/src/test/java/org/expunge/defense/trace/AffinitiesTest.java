package org.expunge.defense.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.Gas;
import org.expunge.influence.score.TracInCp;
import org.expunge.influence.score.TrajectoryEstimator;
import org.expunge.influence.testkit.SmallProblems;
import org.expunge.influence.training.Checkpoint;
import org.expunge.influence.training.TrainingResult;
import org.expunge.influence.training.TrainingState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AffinitiesTest {
    private final Engine engine = SmallProblems.reference(2, 4);
    private final Model first = SmallProblems.convolutional(1);
    private final Model last = SmallProblems.convolutional(2);
    private final List<Checkpoint> checkpoints =
            List.of(new Checkpoint(10, 1, 0.1, 20, first), new Checkpoint(20, 2, 0.05, 25, last));
    private final Dataset train = SmallProblems.rows(first, 11, 3);
    private final Dataset inputs = SmallProblems.rows(first, 4, 4);

    @AfterEach
    void close() {
        engine.close();
    }

    private TrainingResult training() {
        TrainingState state = new TrainingState(20, 2, 0, 0, last, List.of(), checkpoints, List.of(), null);
        return new TrainingResult(last, checkpoints, List.of(), state);
    }

    @Test
    void influenceOfBothKindsIsThatOfTheEstimatorsByThemselves() {
        Affinity influence = Affinities.usual(engine, training()).get(0);

        List<double[][]> tables = influence.of(train, inputs);

        assertThat(influence.names()).containsExactly("gas", "tracin-cp");
        TrajectoryEstimator.Options options = TrajectoryEstimator.Options.DEFAULT;
        List<Estimator> alone =
                List.of(new Gas(engine, checkpoints, options), new TracInCp(engine, checkpoints, options));
        for (int k = 0; k < alone.size(); k++) {
            for (int q = 0; q < inputs.size(); q++) {
                // sums of under 200 terms of size 1 in double
                assertThat(tables.get(k)[q])
                        .containsExactly(alone.get(k).score(train, inputs).row(q), within(1e-12));
            }
        }
    }

    @Test
    void rawNearnessIsTheNegativeDistance() {
        double[][] table = Affinities.rawNearness()
                .of(PlantedAffinity.numbers("train", 1, 5), PlantedAffinity.numbers("inputs", 2, 5, -1))
                .get(0);

        assertThat(table).isDeepEqualTo(new double[][] {{-1, -3}, {-4, -0.0}, {-2, -6}});
    }

    @Test
    void theUsualFourAreNamed() {
        assertThat(Affinities.usual(engine, training()).stream().flatMap(affinity -> affinity.names().stream()))
                .containsExactly("gas", "tracin-cp", "raw nearness", "hidden nearness");
    }
}
