package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.expunge.cli.render.ExitCodes;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EvaluateCommandTest {
    @TempDir
    private static Path folder;

    private static Path run = Path.of("run");

    @BeforeAll
    static void train() {
        run = TinyRun.train(folder.resolve("run"));
    }

    @Test
    void ldsKeepsItsTrainingsAndStandsBesideARandomControl() throws IOException {
        Path bank = folder.resolve("bank");
        Object[] words = {"--subsets", 6, "--repetitions", 2, "--queries", 8, "--bank", bank, "--format", "json"};

        JsonNode first = evaluate("lds", words).json();
        byte[] kept = Files.readAllBytes(bank.resolve("outputs.npy"));
        JsonNode cosine = evaluate(
                        "lds",
                        Stream.concat(Arrays.stream(words), Stream.of("--method", "cosine"))
                                .toArray())
                .json();

        assertThat(first.fieldNames())
                .toIterable()
                .containsExactly("check", "columns", "notes", "rows", "run", "settings");
        assertThat(first.get("rows").get(0).get("name").textValue()).isEqualTo("influence-function");
        assertThat(first.get("rows").get(0).get("figures").get(0).doubleValue()).isGreaterThan(0.3);
        assertThat(first.get("rows").get(1).get("name").textValue()).isEqualTo("random");
        assertThat(cosine.get("rows").get(1)).isEqualTo(first.get("rows").get(1));
        assertThat(Files.readAllBytes(bank.resolve("outputs.npy"))).isEqualTo(kept);
        CommandRun other = evaluate("lds", "--subsets", 6, "--repetitions", 2, "--queries", 9, "--bank", bank);
        assertThat(other.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(other.err()).contains("made from something else");
    }

    @Test
    void responsesAreNearlyWhatGaussNewtonPredicts() throws IOException {
        JsonNode json = evaluate(
                        "pbrf",
                        "--rows",
                        6,
                        "--queries",
                        5,
                        "--curvature",
                        "gauss-newton",
                        "--damping",
                        0.1,
                        "--units",
                        "per-removal",
                        "--format",
                        "json")
                .json();

        assertThat(json.get("rows").get(0).get("figures").get(0).doubleValue()).isGreaterThan(0.9);
        assertThat(json.get("settings").get("largest gradient left").doubleValue())
                .isBetween(0.0, 0.1);
    }

    @Test
    void aSweepSaysHowRanksMoveWithDamping() throws IOException {
        JsonNode steps = evaluate("sweep", "--queries", 3, "--dampings", "0.001,0.002,10", "--format", "json")
                .json()
                .get("rows");

        assertThat(steps).hasSize(2);
        assertThat(steps.get(0).get("name").textValue()).isEqualTo("from 0.001 to 0.002");
        double near = steps.get(0).get("figures").get(0).doubleValue();
        assertThat(near).isGreaterThan(0.9);
        assertThat(steps.get(1).get("figures").get(0).doubleValue()).isLessThan(near);
        assertThat(evaluate("sweep", "--dampings", "0.1").err()).contains("at least 2 different dampings");
    }

    @Test
    void removalsStandBesideBaselines() {
        CommandRun removal = evaluate("removal", "--queries", 2, "--repetitions", 1, "--method", "cosine");

        assertThat(removal.code()).isEqualTo(ExitCodes.OK);
        assertThat(removal.out())
                .contains("cosine, 1 rows", "gradient dot, 2 rows", "nearest neighbours, 6 rows", "random, 6 rows");
    }

    @Test
    void leavingRowsOutSaysHowNoisyItIs() {
        CommandRun loo = evaluate("loo", "--rows", 3, "--queries", 4, "--repetitions", 2);

        assertThat(loo.code()).isEqualTo(ExitCodes.OK);
        assertThat(loo.out()).contains("noise of the effects", "Pearson", "Meant for convex models");
    }

    @Test
    void wrongClassesAreLookedForBesideFourControls() {
        CommandRun mislabel = evaluate("mislabel", "--mislabelled", 0.2);

        assertThat(mislabel.code()).isEqualTo(ExitCodes.OK);
        assertThat(mislabel.out())
                .contains(
                        "self-influence over",
                        "final loss",
                        "mean loss over training",
                        "out-of-fold loss",
                        "squared gradient norm");
    }

    @Test
    void whatCannotBeEvaluatedIsRefused() {
        assertThat(evaluate("lds").err()).contains("lds needs --bank DIR");
        assertThat(evaluate("lds", "--bank", folder.resolve("x"), "--repetitions", 1)
                        .err())
                .contains("--repetitions of at least 2");
        assertThat(evaluate("loo", "--method", "self-influence").err()).contains("does not score rows for each input");
        CommandRun rows = evaluate("loo", "--rows", 1);
        assertThat(rows.code()).isEqualTo(ExitCodes.USAGE);
        assertThat(rows.err()).contains("--rows must be at least 2, got 1");
        assertThat(evaluate("mislabel", "--mislabelled", 1.5).err()).contains("--mislabelled in (0, 1)");
    }

    private static CommandRun evaluate(String check, Object... more) {
        return CommandRun.of(Stream.concat(
                        Stream.of("evaluate", check, "--run", run, "--threads", 1, "--quiet"), Arrays.stream(more))
                .toArray());
    }
}
