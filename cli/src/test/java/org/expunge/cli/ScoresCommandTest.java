package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.expunge.cli.render.ExitCodes;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ScoresCommandTest {
    @TempDir
    private static Path folder;

    private static Path all = Path.of("all");
    private static List<String> ids = List.of();
    private static Path run = Path.of("run");

    @BeforeAll
    static void score() throws IOException {
        run = TinyRun.train(folder.resolve("run"));
        ids = TinyRun.ids(run, "test");
        all = scored("all", "--all");
    }

    private static Path scored(String name, Object... inputs) {
        Path out = folder.resolve(name);
        List<Object> words =
                new ArrayList<>(List.of("influence", "--run", run, "--method", "cosine", "--quiet", "--out", out));
        words.addAll(List.of(inputs));
        assertThat(CommandRun.of(words.toArray()).code()).isEqualTo(ExitCodes.OK);
        return out;
    }

    @Test
    void showSaysHowScoresWereMadeAndSpread() throws IOException {
        CommandRun shown = CommandRun.of("scores", "show", all);

        assertThat(shown.out()).contains("method", "cosine over 1 checkpoints", "... and 40 more inputs");
        JsonNode spread = CommandRun.of("scores", "show", all, "--format", "json")
                .json()
                .get("queries")
                .get(3);
        assertThat(spread.get("id").textValue()).isEqualTo(ids.get(3));
        assertThat(spread.get("smallest").doubleValue())
                .isLessThan(spread.get("mean").doubleValue());
    }

    @Test
    void topListsBothEndsOfTheInputsAskedFor() throws IOException {
        JsonNode queries = CommandRun.of("scores", "top", all, "--input", ids.get(2), "--top", 3, "--format", "json")
                .json()
                .get("queries");

        assertThat(queries).hasSize(1);
        assertThat(queries.get(0).get("proponents")).hasSize(3);
        assertThat(CommandRun.of("scores", "top", all, "--input", "nobody").err())
                .contains("'nobody' is no input of");
        assertThat(CommandRun.of("scores", "top", all, "--top", 0).code()).isEqualTo(ExitCodes.USAGE);
    }

    @Test
    void exportWritesALineAScore() throws IOException {
        Path csv = folder.resolve("all.csv");
        Path ends = folder.resolve("ends.csv");

        assertThat(CommandRun.of("scores", "export", all, "--out", csv).out()).contains("12600 scores");
        CommandRun.of("scores", "export", all, "--input", ids.get(0), "--top", 2, "--out", ends);

        assertThat(Files.readAllLines(csv)).hasSize(1 + 60 * 210).startsWith("input,row,score");
        assertThat(Files.readAllLines(ends)).hasSize(1 + 4).allMatch(line -> line.split(",").length == 3);
    }

    @Test
    void mergedPartsAreTheWhole() throws IOException {
        Path first = scored("first", "--test-id", String.join(",", ids.subList(0, 20)));
        Path rest = scored("rest", "--test-id", String.join(",", ids.subList(20, 60)));
        Path merged = folder.resolve("merged");

        CommandRun run = CommandRun.of("scores", "merge", first, rest, "--out", merged);

        assertThat(run.code()).isEqualTo(ExitCodes.OK);
        assertThat(lines(merged)).startsWith(lines(first)).endsWith(lines(rest)).hasSize(60 * 210);
        assertThat(merged.resolve("ids.json")).hasSameTextualContentAs(all.resolve("ids.json"));
        assertThat(CommandRun.of("scores", "merge", first, all, "--out", folder.resolve("twice"))
                        .err())
                .contains("as another part does");
    }

    private static String[] lines(Path scores) throws IOException {
        Path csv = folder.resolve(scores.getFileName() + ".csv");
        CommandRun.of("scores", "export", scores, "--out", csv);
        return Files.readAllLines(csv).stream().skip(1).toArray(String[]::new);
    }

    @Test
    void changedScoresAreFound() throws IOException {
        Path copy = Files.createDirectories(folder.resolve("copy"));
        for (String name : List.of("scores.npy", "scores.json", "ids.json")) {
            Files.copy(all.resolve(name), copy.resolve(name));
        }
        assertThat(CommandRun.of("scores", "verify", copy).out()).contains("Intact:", "12600 scores");
        byte[] bytes = Files.readAllBytes(copy.resolve("scores.npy"));
        bytes[bytes.length - 1] ^= 1;
        Files.write(copy.resolve("scores.npy"), bytes);

        CommandRun verified = CommandRun.of("scores", "verify", copy);

        assertThat(verified.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(verified.err()).contains("was changed after it was written");
        assertThat(CommandRun.of("scores", "show", folder.resolve("run")).err()).contains("holds no scores.npy");
    }
}
