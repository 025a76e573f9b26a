package org.expunge.influence.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RecordedTrajectoryTest {
    private static final TrainingOptions OPTIONS = new TrainingOptions(
            Optimizer.sgd(), Schedule.cosine(0.1), 3, 4, 0, CheckpointPolicy.everyIterations(1), EarlyStopping.NONE, 5);

    private final Engine engine = SmallProblems.reference(2, 4);
    private final Model initial = SmallProblems.dense(1);
    private final Dataset train = SmallProblems.rows(initial, 10, 2);

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void showsTheStepsThatAReplayShows() {
        RecordedTrajectory recorded = new RecordedTrajectory(OPTIONS, initial, train, checkpoints(OPTIONS));
        List<Trajectory.Step> replayed = new ArrayList<>();
        List<Trajectory.Step> read = new ArrayList<>();
        Model end = new Replay(engine, OPTIONS, initial, train).walk(replayed::add);

        assertThat(recorded.walk(read::add).parameters()).isEqualTo(end.parameters());

        assertThat(read).hasSameSizeAs(replayed).hasSize(recorded.steps());
        for (int t = 0; t < read.size(); t++) {
            assertThat(read.get(t).iteration()).isEqualTo(t);
            assertThat(read.get(t).rows()).isEqualTo(replayed.get(t).rows());
            assertThat(read.get(t).learningRate()).isEqualTo(replayed.get(t).learningRate());
            assertThat(read.get(t).before().parameters())
                    .isEqualTo(replayed.get(t).before().parameters());
        }
        assertThat(recorded.inputs()).containsEntry("batch size", "4");
    }

    @Test
    void saysWhichStepsAreMissing() {
        TrainingOptions some = OPTIONS.withCheckpoints(CheckpointPolicy.everyIterations(2));

        assertThatThrownBy(() -> new RecordedTrajectory(some, initial, train, checkpoints(some)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("5 of 9 steps");
        assertThatThrownBy(() -> new RecordedTrajectory(
                        OPTIONS.withEarlyStopping(new EarlyStopping(2, 0)), initial, train, checkpoints(OPTIONS)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("early stopping");
    }

    private List<Checkpoint> checkpoints(TrainingOptions options) {
        return new Trainer(engine, options)
                .train(initial, train, train.select(new int[0]), TrainingListener.NONE)
                .checkpoints();
    }
}
