package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.expunge.cli.render.ExitCodes;
import org.expunge.influence.training.TrainingOptions;
import org.expunge.influence.training.TrainingRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TrainCommandTest {
    @TempDir
    private Path folder;

    @Test
    void leavesARunAndSaysHowItWent() throws IOException {
        CommandRun run = CommandRun.of(
                "train",
                "--data",
                "digits?limit=300",
                "--epochs",
                2,
                "--threads",
                1,
                "--format",
                "json",
                "--out",
                folder.resolve("run"));

        assertThat(run.code()).isEqualTo(ExitCodes.OK);
        assertThat(run.err()).contains("training run ...", "training run: done in");
        JsonNode json = run.json();
        assertThat(json.fieldNames())
                .toIterable()
                .containsExactly(
                        "checkpoints", "data", "did", "epochs", "metrics", "parameters", "removed", "run", "seed");
        assertThat(json.get("metrics").get("train").get("rows").intValue()).isEqualTo(210);
        assertThat(TrainingRun.open(folder.resolve("run")).checkpoints()).hasSizeGreaterThan(1);
    }

    @Test
    void textShowsEachPart() {
        CommandRun run = CommandRun.of(
                "train",
                "--data",
                "breast-cancer",
                "--model",
                "logistic",
                "--epochs",
                2,
                "--quiet",
                "--out",
                folder.resolve("run"));

        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("Trained ", "2 epochs", "train", "validation", "test", "accuracy");
    }

    @Test
    void recipeOfARunTrainsTheSameModel() throws IOException {
        Path first = TinyRun.train(folder.resolve("first"), "--seed", 5);

        CommandRun again = CommandRun.of(
                "train", "--recipe", first.resolve("recipe.yaml"), "--threads", 1, "--out", folder.resolve("again"));

        assertThat(again.code()).isEqualTo(ExitCodes.OK);
        assertThat(TrainingRun.open(folder.resolve("again")).model().parameters())
                .containsExactly(TrainingRun.open(first).model().parameters());
    }

    @ParameterizedTest
    @CsvSource({"mlp,sgd,0.05", "lenet,nesterov,0.01", "mlp,adam,0.001", "lenet,adamw,0.001"})
    void learningRateSuitsTheModelAndTheUpdateRule(String model, String optimizer, double rate) throws IOException {
        Path run = folder.resolve("run");

        CommandRun.of(
                "train",
                "--data",
                "digits?limit=100",
                "--model",
                model,
                "--optimizer",
                optimizer,
                "--epochs",
                1,
                "--out",
                run);

        TrainingOptions options = TrainingRun.open(run).recipe().training();
        assertThat(options.schedule().learningRate()).isEqualTo(rate);
        assertThat(options.optimizer().kind().name()).isEqualToIgnoringCase(optimizer);
    }

    @Test
    void optionsReplaceValuesOfTheRecipe() throws IOException {
        Path first = TinyRun.train(folder.resolve("first"));

        CommandRun.of(
                "train",
                "--recipe",
                first.resolve("recipe.yaml"),
                "--epochs",
                1,
                "--optimizer",
                "adam",
                "--learning-rate",
                0.001,
                "--schedule",
                "one_cycle",
                "--batch-size",
                32,
                "--l2",
                0.01,
                "--seed",
                9,
                "--out",
                folder.resolve("other"));

        String recipe = TrainingRun.open(folder.resolve("other")).recipe().toYaml();
        assertThat(recipe).contains("epochs: 1", "adam", "one-cycle", "0.001", "batchSize: 32", "l2: 0.01", "seed: 9");
        assertThat(recipe).contains("- 16");
    }

    @Test
    void outThatExistsIsLeftAlone() throws IOException {
        Path out = Files.writeString(folder.resolve("mine"), "precious");

        CommandRun run = CommandRun.of("train", "--data", "digits", "--quiet", "--out", out);

        assertThat(run.code()).isEqualTo(ExitCodes.INPUT_OUTPUT);
        assertThat(run.err())
                .isEqualToIgnoringNewLines(
                        "expunge train: " + out + ": it exists already; choose another name or delete it first");
        assertThat(out).hasContent("precious");
    }

    @Test
    void outThatCannotBeWrittenLeavesNothing() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");

        CommandRun run = CommandRun.of("train", "--data", "digits", "--quiet", "--out", file.resolve("run"));

        assertThat(run.code()).isEqualTo(ExitCodes.INPUT_OUTPUT);
        assertThat(run.err()).contains(file.toString());
        assertThat(left()).containsExactly(file);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a,b,y;1,2,u;3,4         | label=y | line 3: has 2 cells where the first line has 3
            a,b,y;1,2,u;3,NaN,v     | label=y | line 3: column 'b' holds 'NaN' where a finite number is expected
            a,b,y;1,2,u;3,4,v       | label=z | has no column 'z'; its columns are [a, b, y]
            """)
    void wrongTablesAreNamedWithLineAndColumn(String table, String option, String message) throws IOException {
        Path file = Files.writeString(folder.resolve("table.csv"), table.replace(';', '\n') + "\n");

        CommandRun run = CommandRun.of(
                "train", "--data", "csv:" + file + "?" + option, "--quiet", "--out", folder.resolve("run"));

        assertThat(run.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(run.err()).startsWith("expunge train: " + file).contains(message);
        assertThat(left()).containsExactly(file);
    }

    @Test
    void divergenceSaysWhereAndWhatToTry() throws IOException {
        CommandRun run = CommandRun.of(
                "train", "--data", "digits", "--learning-rate", "1e9", "--quiet", "--out", folder.resolve("run"));

        assertThat(run.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(run.err()).contains("training diverged at iteration", "lower the learning rate");
        assertThat(left()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --epochs 0              | epochs must be at least 1, got 0
            --validation 1.5        | validation must be in [0, 1), got 1.5
            --normalization sideways| normalisation 'sideways' is not known
            --hidden 0              | hidden must be 1 or more each, got [0]
            """)
    void valuesOutOfRangeAreNamed(String option, String message) {
        Stream<String> words = Stream.concat(
                Stream.of(
                        "train",
                        "--data",
                        "digits",
                        "--out",
                        folder.resolve("run").toString()),
                Stream.of(option.split(" ")));

        CommandRun run = CommandRun.of(words.toArray());

        assertThat(run.code()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err()).contains(message);
    }

    @Test
    void aModelThatGuessesIsWarnedOf() throws IOException {
        String table = "x,y\n" + "1,yes\n".repeat(60) + "1,no\n".repeat(40); // nothing to tell the classes by
        Path file = Files.writeString(folder.resolve("same.csv"), table);

        CommandRun guesser = CommandRun.of(
                "train", "--data", "csv:" + file + "?label=y", "--hidden", 4, "--out", folder.resolve("guesser"));

        assertThat(guesser.code()).isEqualTo(ExitCodes.OK);
        assertThat(guesser.err()).contains("warning: the model gets ", "naming the largest class");
    }

    @Test
    void unknownDataAndModelsAreRefused() {
        Path out = folder.resolve("run");

        assertThat(CommandRun.of("train", "--data", "letters", "--out", out).err())
                .contains("data 'letters' is not known; use one of [breast-cancer, cifar, csv, digits");
        CommandRun model = CommandRun.of("train", "--data", "digits", "--model", "gpt", "--out", out);
        assertThat(model.code()).isEqualTo(ExitCodes.USAGE);
        assertThat(model.err())
                .contains(
                        "--model must be logistic, mlp, lenet, resnet8, text-mean, text-conv or a file that ends in .zip");
        CommandRun nothing = CommandRun.of("train", "--out", out);
        assertThat(nothing.code()).isEqualTo(ExitCodes.USAGE);
        assertThat(nothing.err()).contains("Name the data: --data SPEC");
    }

    private List<Path> left() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
