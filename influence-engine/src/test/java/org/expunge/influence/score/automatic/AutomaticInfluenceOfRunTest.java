package org.expunge.influence.score.automatic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.WeightDecay;
import org.expunge.influence.curvature.damping.TrainingLength;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.score.Scores;
import org.expunge.influence.testkit.SmallProblems;
import org.expunge.influence.training.DataRecipe;
import org.expunge.influence.training.Derivation;
import org.expunge.influence.training.ModelRecipe;
import org.expunge.influence.training.Optimizer;
import org.expunge.influence.training.Recipe;
import org.expunge.influence.training.Schedule;
import org.expunge.influence.training.TrainingListener;
import org.expunge.influence.training.TrainingOptions;
import org.expunge.influence.training.TrainingRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run on disk tells. */
class AutomaticInfluenceOfRunTest {
    private static final TrainingOptions OPTIONS = TrainingOptions.DEFAULT
            .withOptimizer(Optimizer.sgd())
            .withSchedule(Schedule.constant(0.05))
            .withEpochs(2)
            .withBatchSize(10)
            .withL2(1e-3);

    @TempDir
    private Path folder;

    private final Engine engine = SmallProblems.reference(1, 16);

    @AfterEach
    void close() {
        engine.close();
    }

    private TrainingRun train(String name, TrainingOptions options) throws IOException {
        DataRecipe data = DataRecipe.of(DataSpec.parse("digits?limit=60"));
        Recipe recipe = new Recipe(3, data, ModelRecipe.mlp(4), options);
        return TrainingRun.create(folder.resolve(name), recipe, engine, TrainingListener.NONE);
    }

    @Test
    void theLengthIsThatOfTheRatesAndStepsThatTheRunTook() throws IOException {
        TrainingRun run = train("run", OPTIONS);
        int steps = 2 * ((run.train().size() + 9) / 10);

        TrainingLength length = TrainingLength.of(run).orElseThrow();

        assertThat(length.steps()).isEqualTo(steps);
        assertThat(length.length()).isCloseTo(0.05 * steps, within(1e-12));
        assertThat(TrainingLength.of(train("adam", OPTIONS.withOptimizer(Optimizer.of(Optimizer.Kind.ADAM)))))
                .isEmpty();
    }

    @Test
    void aRunThatForgotRowsKeepsTheStepsOfItsModel() throws IOException {
        TrainingRun run = train("run", OPTIONS);
        String id = run.train().id(0);
        TrainingRun derived = run.derive(
                folder.resolve("derived"),
                Derivation.of("test", Set.of(id), run.model(), run.normalizer(), Map.of()),
                engine);

        assertThat(TrainingLength.of(derived).orElseThrow().steps())
                .isEqualTo(TrainingLength.of(run).orElseThrow().steps());
    }

    @Test
    void scoresOfARunAreThoseOfItsModelRowsLengthAndPenalty() throws IOException {
        TrainingRun run = train("run", OPTIONS);
        Dataset queries = run.test().select(new int[] {0, 1});
        Optional<TrainingLength> length = TrainingLength.of(run);
        try (AutomaticInfluence ofRun = AutomaticInfluence.fit(engine, run, AutomaticInfluence.Options.DEFAULT);
                AutomaticInfluence ofParts = AutomaticInfluence.fit(
                        engine,
                        run.model(),
                        run.train(),
                        length,
                        new WeightDecay(1e-3),
                        AutomaticInfluence.Options.DEFAULT)) {
            Scores scores = ofRun.score(run.train(), queries);

            assertThat(ofRun.damping()).isCloseTo(length.orElseThrow().damping(), within(1e-12));
            assertThat(ofRun.dampingReason()).contains("training length");
            assertThat(ofRun.inputs()).isEqualTo(ofParts.inputs());
            assertThat(scores.row(1))
                    .containsExactly(ofParts.score(run.train(), queries).row(1), within(1e-12));
        }
    }
}
