package org.expunge.influence.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayTest {
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
    void showsEveryStepWithTheParametersBeforeItAndEndsWhereTheTrainingEnded() {
        TrainingResult trained =
                new Trainer(engine, OPTIONS).train(initial, train, train.select(new int[0]), TrainingListener.NONE);
        Replay replay = new Replay(engine, OPTIONS, initial, train);
        List<Trajectory.Step> steps = new ArrayList<>();

        Model end = replay.walk(steps::add);

        assertThat(end.parameters()).isEqualTo(trained.model().parameters());
        assertThat(steps).hasSize(replay.steps()).hasSize(9);
        assertThat(steps.get(0).before().parameters()).isEqualTo(initial.parameters());
        for (int t = 1; t < steps.size(); t++) {
            assertThat(steps.get(t).before().parameters())
                    .isEqualTo(trained.checkpoints().get(t - 1).model().parameters());
            assertThat(steps.get(t).learningRate())
                    .isEqualTo(trained.checkpoints().get(t).learningRate());
        }
    }

    @Test
    void namesTheRowsOfEachMinibatch() {
        List<Trajectory.Step> steps = new ArrayList<>();
        Model end = new Replay(engine, OPTIONS, initial, train).walk(steps::add);

        for (int t = 0; t < steps.size(); t++) {
            Trajectory.Step step = steps.get(t);
            double[] before = step.before().parameters();
            double[] after = (t + 1 < steps.size() ? steps.get(t + 1).before() : end).parameters();
            double[] mean = new PerExample(engine).meanGradient(step.before(), train.select(step.rows()));
            for (int j = 0; j < mean.length; j++) {
                assertThat(after[j]).isCloseTo(before[j] - step.learningRate() * mean[j], within(1e-13));
            }
        }
        assertThat(steps.get(2).rows()).hasSize(2);
    }

    @Test
    void tellsHowFarFromAModelItEnds() {
        Replay replay = new Replay(engine, OPTIONS, initial, train);
        Model end = replay.walk(step -> {});

        assertThat(replay.distance(end)).isZero();
        assertThat(replay.distance(initial)).isCloseTo(1, within(1e-12));
        assertThat(new Replay(engine, OPTIONS.withSeed(6), initial, train).distance(end))
                .isGreaterThan(1e-3);
        assertThatThrownBy(() -> replay.distance(SmallProblems.convolutional(1)))
                .hasMessageContaining("246 parameters does not come of one of 55");
    }

    @Test
    void aRunIsReplayedAsItWasTrained(@TempDir Path folder) throws IOException {
        StringBuilder table = new StringBuilder("x,y,label\n");
        for (int i = 0; i < 40; i++) {
            table.append(i % 7)
                    .append(',')
                    .append(i % 3)
                    .append(',')
                    .append("ab".charAt(i % 2))
                    .append('\n');
        }
        DataSpec rows = DataSpec.parse(
                "csv:" + Files.writeString(folder.resolve("rows.csv"), table.toString()) + "?label=label");
        TrainingOptions options = TrainingOptions.DEFAULT.withEpochs(2).withBatchSize(10);
        Recipe recipe = new Recipe(9, DataRecipe.of(rows), ModelRecipe.mlp(5), options);
        TrainingRun run = TrainingRun.create(folder.resolve("run"), recipe, engine, TrainingListener.NONE);

        assertThat(Replay.of(engine, run).distance(run.model())).isLessThan(1e-12);
    }

    @Test
    void refusesEarlyStopping() {
        TrainingOptions stopping = new TrainingOptions(
                Optimizer.sgd(),
                Schedule.constant(0.1),
                3,
                4,
                0,
                CheckpointPolicy.lastOnly(),
                new EarlyStopping(1, 0),
                5);

        assertThatThrownBy(() -> new Replay(engine, stopping, initial, train)).hasMessageContaining("early stopping");
    }
}
