package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.cli.render.ExitCodes;
import org.expunge.influence.training.TrainingRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sentences from the shell: training, influence, audit and forgetting. */
final class TextCommandsTest {
    private static final List<String> GOOD = List.of("fine", "funny", "moving", "bright", "warm");
    private static final List<String> BAD = List.of("dull", "slow", "empty", "loud", "cold");
    private static final List<String> OTHER = List.of("a", "the", "film", "story", "plot", "and", "cast", "it", "is");

    @TempDir
    private static Path folder;

    private static Path run = Path.of("run");

    @BeforeAll
    static void train() throws IOException {
        Random random = new Random(4);
        List<String> lines = IntStream.range(0, 200)
                .mapToObj(i -> sentence(i % 2 == 0 ? GOOD : BAD, random) + "\t" + (1 - i % 2))
                .toList();
        Path data = Files.write(folder.resolve("train.tsv"), lines);
        run = folder.resolve("run");
        CommandRun train = CommandRun.of(
                "train",
                "--data",
                "tsv:" + data + "?text=0&label=1&length=8&vocabulary=30",
                "--model",
                "text-conv",
                "--epochs",
                8,
                "--checkpoints",
                3,
                "--quiet",
                "--out",
                run);
        assertThat(train.err()).isEmpty();
        assertThat(train.code()).isEqualTo(ExitCodes.OK);
    }

    @Test
    void theModelLearnsAndItsVocabularyIsThatOfItsTrainingRows() throws IOException {
        TrainingRun trained = TrainingRun.open(run);

        assertThat(Objects.requireNonNull(trained.metrics().last().get("test")).accuracy())
                .isGreaterThan(0.9);
        assertThat(trained.normalizer().codes()).hasSize(GOOD.size() + BAD.size() + OTHER.size());
        assertThat(trained.recipe().data().normalization()).hasToString("vocabulary");
    }

    @Test
    void newSentencesAreReadWithTheRunsVocabulary() throws IOException {
        Path inputs = Files.writeString(folder.resolve("new.tsv"), "a funny , warm unheard film\t1\nslow\t0\n");

        JsonNode json = CommandRun.of(
                        "influence", "--run", run, "--inputs", "tsv:" + inputs, "--top", 2, "--format", "json")
                .json();

        assertThat(json.toString()).contains("\"test-0\"", "\"row-");
    }

    @Test
    void auditTakesSentences() {
        CommandRun audit = CommandRun.of("audit", "--run", run, "--quiet");

        assertThat(audit.err()).isEmpty();
        assertThat(audit.code()).isEqualTo(ExitCodes.OK);
        assertThat(audit.out()).contains("insufficient evidence");
    }

    @Test
    void forgettingARowByRetrainingFitsTheVocabularyAnew() throws IOException {
        CommandRun forget = TinyRun.forget(run, "retrain");

        assertThat(forget.err()).doesNotContain("Exception");
        assertThat(forget.code()).isEqualTo(ExitCodes.OK);
        TrainingRun next = TrainingRun.open(run.resolveSibling("run-by-retrain"));
        assertThat(next.removedIds()).hasSize(1);
        assertThat(next.normalizer().codes()).isNotEmpty();
    }

    @Test
    void aModelForNumbersRefusesText() {
        CommandRun train = CommandRun.of(
                "train",
                "--data",
                "tsv:" + folder.resolve("train.tsv") + "?text=0&label=1",
                "--model",
                "mlp",
                "--out",
                folder.resolve("mlp"));

        assertThat(train.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(train.err()).contains("is text, which mlp does not take; use text-mean or text-conv");
    }

    private static String sentence(List<String> telling, Random random) {
        StringBuilder text = new StringBuilder();
        for (int t = 0; t < 3 + random.nextInt(5); t++) {
            text.append(OTHER.get(random.nextInt(OTHER.size()))).append(' ');
        }
        return text + telling.get(random.nextInt(telling.size()));
    }
}
