package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.expunge.cli.render.ExitCodes;
import org.expunge.influence.io.Npy;
import org.expunge.influence.io.NpyArray;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class InfluenceCommandTest {
    @TempDir
    private static Path folder;

    private static Path run = Path.of("run");

    @BeforeAll
    static void train() {
        run = TinyRun.train(folder.resolve("run"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "automatic",
                "automatic --iterations 2 --units per-removal --method-seed 4",
                "influence-function",
                "influence-function --curvature kfac --damping 0.01 --label-mode sampled --units per-removal",
                "influence-function --curvature gauss-newton --iterations 2",
                "influence-function --curvature hessian --damping 1 --preconditioner none --tolerance 0.1",
                "influence-function --curvature hessian --solver minres --iterations 3",
                "influence-function --curvature gauss-newton --solver block-cg --iterations 2",
                "influence-function --curvature gauss-newton --solver neumann --damping 1",
                "influence-function --curvature gauss-newton --solver lissa --damping 1 --iterations 20",
                "influence-function --curvature empirical-fisher --preconditioner kfac --iterations 5",
                "influence-function --damping evidence --samples 2 --label-mode sampled --method-seed 3",
                "influence-function --curvature diagonal --damping training-length",
                "influence-function --curvature gauss-newton --damping edge --preconditioner diagonal --iterations 3",
                "influence-function --curvature foof --positions mean",
                "influence-function --curvature m-fac --rank 20",
                "influence-function --curvature arnoldi --rank 3 --steps 10 --operator empirical-fisher",
                "influence-function --curvature nystrom --rank 5 --method-seed 2 --damping relative:0.5",
                "generalized --select highest-gradients --share 0.2 --others frozen --iterations 5",
                "relatif --relative-to loss",
                "relatif --curvature gauss-newton --damping shrinkage --iterations 1 --solver cg",
                "ensemble-inner-product --members 2 --dropped 0.2",
                "tracin-ideal",
                "tracin-first-order",
                "hydra-fast",
                "representer-points --penalty 0.01 --iterations 20",
                "tracin-rp --dimensions 16 --method-seed 4",
                "trak --dimensions 16 --damping relative:0.01 --threshold 0.1",
                "inner-product",
                "cosine",
                "tracin-cp --weighting uniform",
                "tracin-last",
                "gas",
                "gas-l"
            })
    void everyMethodRanksAndKeepsAllScores(String method) throws IOException {
        Path out = folder.resolve(method.replace(' ', '_'));
        String id = TinyRun.ids(run, "test").get(0);

        JsonNode json = scored(method, "--test-id", id, "--top", 4, "--format", "json", "--out", out)
                .json();

        assertThat(json.fieldNames()).toIterable().containsExactly("provenance", "queries", "rows", "run", "scores");
        JsonNode query = json.get("queries").get(0);
        assertThat(query.get("id").textValue()).isEqualTo(id);
        assertThat(query.get("proponents")).hasSize(4);
        assertThat(query.get("proponents").get(0).get("score").doubleValue())
                .isGreaterThan(query.get("opponents").get(0).get("score").doubleValue());
        assertThat(Npy.read(out.resolve("scores.npy")).shape()).containsExactly(1, 210);
        assertThat(out.resolve("ids.json")).exists();
    }

    @Test
    void saysWhatCuttingInputsCosts() throws IOException {
        String id = TinyRun.ids(run, "test").get(0);
        String method = "influence-function --curvature kfac";

        CommandRun cut = scored(method + " --query-rank 1", "--test-id", id, "--out", folder.resolve("cut"));

        assertThat(cut.out()).contains("inputs cut in", "rank 1, error at most");
        assertThat(scored(method, "--test-id", id).out()).doesNotContain("inputs cut in");
        assertThat(scored(method + " --query-rank 0", "--test-id", id).code()).isEqualTo(ExitCodes.USAGE);
    }

    @Test
    void saysWhatItChoseByItself() throws IOException {
        CommandRun ranked =
                scored("automatic", "--test-id", TinyRun.ids(run, "test").get(0), "--out", folder.resolve("chosen"));

        assertThat(ranked.out()).contains("damping chosen", "end-of-solves chosen", "ranks of 210 rows agree to 0.98");
    }

    /** Runs a method given with its options. */
    private static CommandRun scored(String method, Object... more) {
        List<Object> words = new ArrayList<>(List.of("influence", "--run", run, "--method"));
        words.addAll(List.of(method.split(" ")));
        words.addAll(List.of(more));
        return CommandRun.of(words.toArray());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "self-influence --curvature ekfac",
                "self-influence --curvature gauss-newton --damping 1 --preconditioner none --tolerance 0.5 --quiet",
                "outlier-l1",
                "outlier-l2 --all-layers",
                "outlier-forest --members 10 --dimensions 8 --method-seed 1",
                "local-ensemble --rank 3 --steps 10 --all --label predicted"
            })
    void rowsAndInputsAreRankedByThemselves(String method) throws IOException {
        Path out = folder.resolve(method.replace(' ', '_'));

        JsonNode json =
                scored(method, "--top", 2, "--format", "json", "--out", out).json();

        assertThat(json.get("largest")).hasSize(2);
        assertThat(json.get("meaning").textValue()).isNotEmpty();
    }

    @Test
    void rowsAreScoredByThemselvesWithoutInputs() throws IOException {
        Path out = folder.resolve("self");

        JsonNode json = scored("self-influence", "--top", 3, "--format", "json", "--out", out)
                .json();

        assertThat(json.get("largest")).hasSize(3);
        assertThat(Files.readAllLines(out.resolve("scores.csv"))).hasSize(211).startsWith("id,score");
        assertThat(scored("self-influence", "--all", "--out", out).err()).contains("takes no inputs");
    }

    @Test
    void selfInfluenceWithCurvatureTellsOfSolvesThatStoppedEarly() {
        assertThat(scored("self-influence --curvature gauss-newton --iterations 1 --top 1")
                        .err())
                .contains("of 210 solves stopped before their tolerance");
    }

    @Test
    void rowsAreDifferentiatedByTheirFeatures() throws IOException {
        Path out = folder.resolve("features");
        String id = TinyRun.ids(run, "test").get(0);
        String method = "input-perturbation --curvature kfac";

        JsonNode json = scored(method, "--test-id", id, "--top", 3, "--format", "json", "--out", out)
                .json();

        JsonNode foremost = json.get("queries").get(0).get("largest").get(0);
        NpyArray kept = Npy.read(out.resolve("derivatives.npy"));
        int at = 64 * TinyRun.ids(run, "train").indexOf(foremost.get("id").textValue());
        double[] row = Arrays.copyOfRange(kept.toDoubles(), at, at + 64);
        double largest = Arrays.stream(row).map(Math::abs).max().orElseThrow();
        assertThat(kept.shape()).containsExactly(210, 64);
        assertThat(foremost.get("features")).hasSize(5);
        assertThat(Math.abs(foremost.get("features").get(0).get("derivative").doubleValue()))
                .isCloseTo(largest, withinPercentage(0.01));
        assertThat(json.get("provenance").get("curvature").textValue()).isEqualTo("kfac");
        assertThat(scored(method, "--test-id", id, "--max-memory", "64k").out())
                .contains("features of largest effect", "not kept");
        assertThat(scored(method, "--test-id", id, "--out", out).err()).contains("exists already");
    }

    @Test
    void targetsThatInputsHaveTogetherGiveEachRowOneScore() throws IOException {
        Path out = folder.resolve("target");

        JsonNode json = scored(
                        "influence-function --target margin --curvature kfac",
                        "--inputs",
                        "validation",
                        "--top",
                        2,
                        "--format",
                        "json",
                        "--out",
                        out)
                .json();

        assertThat(json.get("queries")).hasSize(1);
        assertThat(json.get("queries").get(0).get("id").textValue())
                .startsWith("margin of ")
                .endsWith("on 30 inputs");
        assertThat(Files.readAllLines(out.resolve("scores.csv"))).hasSize(211);
    }

    @Test
    void fairnessTargetsTakeTheirGroupsFromTheTable() throws IOException {
        String table = IntStream.range(0, 80)
                .mapToObj(i -> i % 7 + "," + (i % 3 == 0 ? "a" : "b") + "," + (i % 7 > 3 ? 1 : 0))
                .collect(Collectors.joining("\n", "x,side,y\n", "\n"));
        Path file = Files.writeString(folder.resolve("sides.csv"), table);
        Path sides = TinyRun.train("csv:" + file + "?label=y&group=side", folder.resolve("sides"));
        Object[] command = {
            "influence",
            "--run",
            sides,
            "--method",
            "inner-product",
            "--target",
            "demographic-parity",
            "--absolute",
            "--between",
            "side:a:b",
            "--inputs",
            "validation",
            "--out",
            folder.resolve("parity")
        };

        assertThat(CommandRun.of(command).out()).contains("absolute-demographic-parity of");
        command[9] = "side:a";
        assertThat(CommandRun.of(command).err()).contains("--between COLUMN:FIRST:SECOND");
    }

    @Test
    void groupsAreRemovedTogether() throws IOException {
        List<String> ids = TinyRun.ids(run, "train");
        Path few = Files.write(folder.resolve("few.txt"), ids.subList(0, 5));
        Path many = Files.write(folder.resolve("many.txt"), ids.subList(0, 50));
        Path out = folder.resolve("groups");

        JsonNode json = scored(
                        "group --order newton --damping 0.1 --iterations 3",
                        "--group",
                        few,
                        "--group",
                        many,
                        "--all",
                        "--format",
                        "json",
                        "--out",
                        out)
                .json();

        assertThat(json.get("groups")).hasSize(2);
        assertThat(json.get("groups").get(1).get("rows").intValue()).isEqualTo(50);
        assertThat(Files.readAllLines(out.resolve("rises.csv"))).hasSize(1 + 2 * 60);
        assertThat(scored("group --curvature ekfac --order first", "--group", few, "--all", "--out", out)
                        .out())
                .contains("few.txt, 5 rows", "mean rise");
        Path wrong = Files.writeString(folder.resolve("wrong.txt"), "nobody\n");
        assertThat(scored("group", "--group", wrong, "--all", "--out", out).err())
                .contains("names 'nobody', which is no training row");
    }

    @ParameterizedTest
    @CsvSource({
        "outlier-forest, '0,1'",
        "group --group few.txt --all, '0,1'",
        "input-perturbation --curvature kfac --all, all"
    })
    void whatLooksAtAllRowsTogetherRunsOnOneGpu(String method, String devices) {
        CommandRun shared = scored(method, "--device", devices);

        assertThat(shared.code()).isEqualTo(ExitCodes.USAGE);
        assertThat(shared.err())
                .contains("'expunge influence --method "
                        + Splitter.on(' ').splitToList(method).get(0)
                        + "' runs on one GPU, so --device is one number here, got " + devices);
    }

    @Test
    void scoresAreAveragedOverModelsOfTheSameRows() throws IOException {
        Path other = TinyRun.train(folder.resolve("other"), "--seed", 1, "--split-seed", 0);
        Path stranger = TinyRun.train(folder.resolve("stranger"), "--seed", 1);
        Path out = folder.resolve("both");

        JsonNode provenance = scored("inner-product", "--run", other, "--all", "--format", "json", "--out", out)
                .json()
                .get("provenance");

        assertThat(provenance.get("method").textValue()).isEqualTo("ensemble of 2 x inner-product");
        assertThat(scored("trak --dimensions 8", "--run", other, "--all", "--out", folder.resolve("trak2"))
                        .out())
                .contains("trak over 2 checkpoints");
        assertThat(scored("gas", "--run", stranger, "--all", "--out", out).err())
                .contains("was trained on other rows", "--split-seed");
        assertThat(scored("self-influence", "--run", other, "--out", out).err()).contains("takes one --run, got 2");
    }

    @Test
    void planAndEvidenceAreTold() {
        CommandRun told = scored(
                "influence-function --curvature gauss-newton --iterations 1",
                "--all",
                "--max-memory",
                "64m",
                "--out",
                folder.resolve("told"));

        assertThat(told.err())
                .contains("plan: 210 rows x 60 queries in blocks", "of 64.0 MiB", "solves stopped before");
        assertThat(told.out())
                .contains("curvature           gauss-newton", "damping", "preconditioner      ekfac", "unconverged");
    }

    @ParameterizedTest
    @CsvSource({
        "inner-product --damping 1,--damping does not apply to --method inner-product",
        "gas --units per-removal --label-mode exact,'--units, --label-mode do not apply to --method gas, which takes --weighting'",
        "influence-function --damping -1,--damping must be",
        "influence-function --damping wide,'--damping must be a number above 0, relative:SHARE, training-length'",
        "influence-function --solver cg,--solver cg does not fit --curvature ekfac",
        "influence-function --curvature hessian --solver minres --preconditioner kfac,--preconditioner does not apply to",
        "group --group nowhere --solver lissa --curvature hessian,--method group solves with cg",
        "influence-function --iterations 3,--iterations does not apply to",
        "influence-function --curvature hessian --iterations 0,maxProducts must be at least 1",
        "influence-function --curvature hessian --preconditioner hessian,--preconditioner must be none or one of ekfac",
        "influence-function --curvature hessian --damping relative:0.1,needs the eigenvalues of a fitted",
        "influence-function --curvature kfac --damping evidence,needs the eigenvalues of EK-FAC",
        "self-influence --damping 1,--damping does not apply to --method self-influence",
        "self-influence --curvature kfac --weighting uniform,--weighting does not apply to --method self-influence",
        "relatif --target loss,--target does not apply to --method relatif",
        "inner-product --target beauty,--target is one of loss",
        "group,name the groups: --group FILE",
        "group --group nowhere --order newton --curvature ekfac,--order newton solves over the rows",
        "trak --damping 0.1,takes --damping relative:SHARE alone",
        "relatif --units raw,--units does not apply to --method relatif",
        "tracin-cp --weighting none,use one of learning-rate",
        "tracin,--method must be one of automatic",
        "gas --max-memory lots,a size is a whole number"
    })
    void optionsThatDoNotFitAreNamedBeforeAnythingIsOpened(String method, String message) {
        CommandRun refused = scored(method, "--all", "--out", folder.resolve("refused"));

        assertThat(refused.code()).isEqualTo(ExitCodes.USAGE);
        assertThat(refused.err()).contains(message);
    }

    @Test
    void allTestRowsAreScoredAndTenAreShown() {
        CommandRun all = CommandRun.of(
                "influence", "--run", run, "--all", "--label", "predicted", "--top", 1, "--out", folder.resolve("all"));

        assertThat(all.code()).isEqualTo(ExitCodes.OK);
        assertThat(all.out()).contains("... and 50 more inputs", "Positive: removing the row would raise");
    }

    @Test
    void finishedScoresAreReadAgainAndOthersAreNotOverwritten() {
        Path out = folder.resolve("again");
        Object[] command = {"influence", "--run", run, "--all", "--method", "cosine", "--format", "json", "--out", out};

        CommandRun first = CommandRun.of(command);

        assertThat(CommandRun.of(command).out()).isEqualTo(first.out());
        CommandRun other = CommandRun.of("influence", "--run", run, "--all", "--method", "gas", "--out", out);
        assertThat(other.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(other.err()).contains("scores.npy");
    }

    @Test
    void regressionHasNoClassesToShow() throws IOException {
        String table = IntStream.range(0, 60)
                .mapToObj(i -> i % 7 + "," + i % 11 + "," + (3 * (i % 7) - i % 11))
                .collect(Collectors.joining("\n", "a,b,y\n", "\n"));
        Path file = Files.writeString(folder.resolve("table.csv"), table);
        Path regression = TinyRun.train("csv:" + file + "?label=y&task=regression", folder.resolve("regression"));

        CommandRun scored = CommandRun.of(
                "influence", "--run", regression, "--all", "--top", 1, "--quiet", "--out", folder.resolve("rs"));

        assertThat(scored.code()).isEqualTo(ExitCodes.OK);
        assertThat(scored.out()).doesNotContain("taken for");
        assertThat(CommandRun.of("audit", "--run", regression).err())
                .contains("has no classes, which audits are about");
        assertThat(CommandRun.of(
                                "influence",
                                "--run",
                                regression,
                                "--all",
                                "--label",
                                "predicted",
                                "--out",
                                folder.resolve("rp"))
                        .err())
                .contains("has no classes, so there is no predicted one");
    }

    @Test
    void unknownRowsAndMissingQueriesAreRefused() {
        Path out = folder.resolve("none");

        CommandRun unknown = CommandRun.of("influence", "--run", run, "--test-id", "nobody", "--out", out);
        assertThat(unknown.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(unknown.err()).contains("'nobody' is no test row of ", "rows.csv lists them");
        CommandRun missing = CommandRun.of("influence", "--run", run, "--out", out);
        assertThat(missing.code()).isEqualTo(ExitCodes.USAGE);
        assertThat(missing.err()).contains("--test-id", "--all");
        assertThat(out).doesNotExist();
    }
}
