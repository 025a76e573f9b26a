package org.expunge.influence.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.network.Initializer;
import org.expunge.influence.network.Network;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class RecipeTest {
    private static final String WHOLE = """
            seed: 42
            data:
              source: digits?limit=500
              normalization: scale:16
              validation: 0.15
              test: 0.25
              splitSeed: 7
            model:
              preset: mlp
              hidden: [32, 16]
              initializer: xavier
            training:
              optimizer: {kind: adamw, beta1: 0.8, beta2: 0.99, epsilon: 1e-7, weightDecay: 0.02}
              schedule: {kind: one-cycle, learningRate: 0.01, warmUp: 0.2, startFraction: 0.1, endFraction: 0.01}
              epochs: 3
              batchSize: 32
              l2: 1e-4
              checkpoints: {unit: epochs, interval: 0.5, atMost: 6}
              earlyStopping: {patience: 2, minimumImprovement: 0.001}
            """;

    @Test
    void readsEveryKey() throws IOException {
        Recipe recipe = Recipe.parse(WHOLE, "recipe.yaml");

        assertThat(recipe.seed()).isEqualTo(42);
        assertThat(recipe.data().source()).isEqualTo(DataSpec.parse("digits?limit=500"));
        assertThat(recipe.data().normalization()).hasToString("scale:16.0");
        assertThat(recipe.data().test()).isEqualTo(0.25);
        assertThat(recipe.data().splitSeed()).hasValue(7);
        assertThat(recipe.model())
                .isEqualTo(new ModelRecipe(ModelRecipe.Preset.MLP, List.of(32, 16), Initializer.XAVIER));
        TrainingOptions expected = new TrainingOptions(
                new Optimizer(Optimizer.Kind.ADAMW, 0.9, 0.8, 0.99, 1e-7, 0.02),
                new Schedule(Schedule.Kind.ONE_CYCLE, 0.01, 0.1, 10, 0.2, 0.1, 0.01),
                3,
                32,
                1e-4,
                new CheckpointPolicy(CheckpointPolicy.Unit.EPOCHS, 0.5, 6),
                new EarlyStopping(2, 0.001),
                new Seeds(42).of(Seeds.TRAINING));
        assertThat(recipe.training()).isEqualTo(expected);
    }

    @Test
    void takesDefaultsForWhatIsLeftOut() throws IOException {
        Recipe recipe = Recipe.parse("{data: {source: digits}, model: {preset: lenet}}", "recipe.yaml");

        assertThat(recipe.data()).isEqualTo(DataRecipe.of(DataSpec.parse("digits")));
        assertThat(recipe.training()).isEqualTo(TrainingOptions.DEFAULT.withSeed(new Seeds(0).of(Seeds.TRAINING)));
    }

    @Test
    void comesBackFromItsOwnText() throws IOException {
        Recipe recipe = Recipe.parse(WHOLE, "recipe.yaml");

        assertThat(Recipe.parse(recipe.toYaml(), "again")).isEqualTo(recipe);
    }

    @Test
    void namesAModelFile() throws IOException {
        Recipe recipe = Recipe.parse("{data: {source: digits}, model: {preset: file, file: a.zip}}", "recipe.yaml");

        assertThat(recipe.model()).isEqualTo(ModelRecipe.ofFile(Path.of("a.zip")));
        assertThat(Recipe.parse(recipe.toYaml(), "again")).isEqualTo(recipe);
    }

    @ParameterizedTest
    @EnumSource
    void comesBackWithEverySchedule(Schedule.Kind kind) throws IOException {
        Recipe recipe = Recipe.parse(WHOLE, "recipe.yaml");
        recipe = recipe.withTraining(recipe.training().withSchedule(Schedule.of(kind, 0.3)));

        assertThat(Recipe.parse(recipe.toYaml(), "again")).isEqualTo(recipe);
    }

    @ParameterizedTest
    @EnumSource
    void comesBackWithEveryOptimizer(Optimizer.Kind kind) throws IOException {
        Recipe recipe = Recipe.parse(WHOLE, "recipe.yaml");
        recipe = recipe.withTraining(recipe.training().withOptimizer(Optimizer.of(kind)));

        assertThat(Recipe.parse(recipe.toYaml(), "again")).isEqualTo(recipe);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "seed: 42 | seed: many | seed must be a whole number of 64 bits, got \"many\"",
                "seed: 42 | sed: 42 | sed is not known here; there are [data, model, seed, training]",
                "source: digits?limit=500 | sourc: digits | data.source is missing",
                "source: digits?limit=500 | source: digitz | data.source: data 'digitz' is not known",
                "normalization: scale:16 | normalization: odd | data.normalization: normalisation 'odd' is not known",
                "validation: 0.15 | validation: 1.5 | data.validation must be in [0, 1), got 1.5",
                "test: 0.25 | test: 0.9 | data.validation and test take 1.05 of the rows",
                "preset: mlp | preset: mlpp | model.preset must be one of [logistic, mlp, lenet, resnet8, text-mean, text-conv, file], got 'mlpp'",
                "preset: mlp | preset: lenet | model.hidden is not known here",
                "preset: mlp | preset: file | model.file is missing",
                "hidden: [32, 16] | hidden: [32, 0] | model.hidden must be a list of whole numbers from 1",
                "hidden: [32, 16] | hidden: 32 | model.hidden must be a list of whole numbers from 1, got 32",
                "beta1: 0.8 | beta1: 1 | training.optimizer.beta1 must be in [0, 1), got 1.0",
                "beta1: 0.8 | momentum: 0.8 | training.optimizer.momentum is not known here",
                "learningRate: 0.01 | learningRate: -1 | training.schedule.learningRate must be above 0, got -1.0",
                "learningRate: 0.01 | learningRate: .nan | line 14: Malformed numeric value",
                "learningRate: 0.01 | learningRate: fast | training.schedule.learningRate must be a number",
                "warmUp: 0.2 | factor: 0.2 | training.schedule.factor is not known here",
                "epochs: 3 | epochs: 0 | training.epochs must be at least 1, got 0",
                "epochs: 3 | epochs: 2.5 | training.epochs must be a whole number, got 2.5",
                "batchSize: 32 | batchSize: 99999999999 | training.batchSize must be a whole number",
                "l2: 1e-4 | l2: -1 | training.l2 must be 0 or more, got -1.0",
                "atMost: 6 | atMost: 0 | training.checkpoints.atMost must be at least 1, got 0",
                "patience: 2 | patience: -2 | training.earlyStopping.patience must be 0 or more, got -2",
            })
    void refusesABadKeyOrValueByName(String before, String after, String message) {
        String yaml = WHOLE.replace(before, after);

        assertThatThrownBy(() -> Recipe.parse(yaml, "recipe.yaml"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("recipe.yaml: " + message);
    }

    @Test
    void refusesWhatIsNoMap() {
        assertThatThrownBy(() -> Recipe.parse("- digits", "recipe.yaml"))
                .isInstanceOf(BadInputException.class)
                .hasMessage("recipe.yaml: the file must be a map of keys");
        assertThatThrownBy(() -> Recipe.parse("{data: digits}", "recipe.yaml"))
                .isInstanceOf(BadInputException.class)
                .hasMessage("recipe.yaml: data must be a map of keys");
    }

    @Test
    void refusesAKeyThatComesTwice() {
        assertThatThrownBy(() -> Recipe.parse("seed: 1\nseed: 2\n", "recipe.yaml"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("recipe.yaml")
                .hasMessageContaining("seed");
    }

    @Test
    void buildsASquaredErrorForNumbers() {
        Dataset data =
                Dataset.of("line", Shape.flat(2), Features.of(new double[4], 2), Targets.real(new double[] {3, 5}, 1));

        Network network = ModelRecipe.mlp(3).network(data);

        assertThat(network.loss()).isEqualTo(org.expunge.influence.compute.Loss.MEAN_SQUARED_ERROR);
        assertThat(network.layout().length()).isEqualTo(2 * 3 + 3 + 3 + 1);
    }

    @Test
    void modelsOfSeveralSeedsShareTheirRowsWithOneSplitSeed() throws IOException {
        String text = "{seed: %d, data: {source: breast-cancer%s}, model: {preset: logistic}}";

        List<String> first = trainingIds(String.format(text, 1, ", splitSeed: 7"));

        assertThat(trainingIds(String.format(text, 2, ", splitSeed: 7"))).isEqualTo(first);
        assertThat(trainingIds(String.format(text, 7, ""))).isEqualTo(first);
        assertThat(trainingIds(String.format(text, 2, ""))).isNotEqualTo(first);
    }

    private static List<String> trainingIds(String yaml) throws IOException {
        Recipe recipe = Recipe.parse(yaml, "recipe.yaml");
        return recipe.data().load(recipe.seeds()).train().ids();
    }
}
