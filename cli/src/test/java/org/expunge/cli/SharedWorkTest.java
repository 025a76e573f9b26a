package org.expunge.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.common.primitives.Doubles;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.expunge.cli.method.Bench;
import org.expunge.cli.method.MethodOptions;
import org.expunge.cli.method.Methods;
import org.expunge.cli.method.Plan;
import org.expunge.cli.render.Console;
import org.expunge.cli.render.ProgressStyle;
import org.expunge.cli.work.RowScoring;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.EngineGroup;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.compute.cpu.CpuCompute;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.score.Scores;
import org.expunge.influence.score.target.TargetScores;
import org.expunge.influence.training.TrainingRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Methods on several engines, held against one. */
final class SharedWorkTest {
    @TempDir
    private static Path folder;

    private static Path run = Path.of("run");

    @Command
    private static final class Asked implements Runnable {
        @Mixin
        private final MethodOptions options = new MethodOptions();

        @Override
        public void run() {
            // read alone
        }
    }

    @BeforeAll
    static void train() {
        run = TinyRun.train("digits?limit=120", folder.resolve("run"));
    }

    private static Plan plan(String words) {
        List<String> arguments = List.of(words.split(" "));
        Asked asked = new Asked();
        new CommandLine(asked).execute(arguments.subList(1, arguments.size()).toArray(new String[0]));
        return Methods.named(arguments.get(0)).plan(asked.options);
    }

    private interface Work<T> {
        T on(Bench bench) throws IOException;
    }

    private static <T> T with(int engines, Work<T> work) throws IOException {
        PrintWriter nowhere = new PrintWriter(new StringWriter());
        Console console = new Console(nowhere, nowhere, Console.Format.TEXT, ProgressStyle.NONE);
        try (EngineGroup group = new EngineGroup(Stream.generate(() -> new Engine(new CpuCompute(), new Workers(1), 8))
                        .limit(engines)
                        .toList());
                Bench bench = new Bench(group, console, List.of(TrainingRun.open(run)), 1L << 30)) {
            return work.on(bench);
        }
    }

    private static Dataset inputs(Bench bench) {
        return bench.run().test().select(IntStream.range(0, 5).toArray());
    }

    private static double[] scores(Plan plan, Bench bench) throws IOException {
        Dataset inputs = inputs(bench);
        return plan.<Work<double[]>>match(
                        table -> on ->
                                all(on.estimator(table.recipe(), inputs.size()).score(on.train(), inputs)),
                        rows -> on -> joined(on.sharing(
                                on.train(),
                                (share, some) -> rows.recipe().on(share).scores(some))),
                        aim -> on -> joined(
                                on
                                        .sharing(
                                                on.train(),
                                                (share, some) ->
                                                        aim.recipe().on(share).at(some, inputs))
                                        .stream()
                                        .map(TargetScores::scores)
                                        .toList()),
                        groups -> on -> new double[0],
                        perInput -> on -> joined(on.sharing(
                                inputs,
                                (share, some) -> perInput.recipe().on(share).scores(some))),
                        features -> on -> new double[0])
                .on(bench);
    }

    private static double[] joined(List<double[]> parts) {
        return Doubles.concat(parts.toArray(double[][]::new));
    }

    private static double[] all(Scores scores) {
        return joined(IntStream.range(0, scores.queries()).mapToObj(scores::row).toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gas",
                "tracin-cp",
                "influence-function",
                "influence-function --curvature foof",
                "influence-function --curvature diagonal --units per-removal",
                "influence-function --curvature m-fac --rank 8",
                "influence-function --curvature nystrom --rank 8",
                "influence-function --curvature gauss-newton --damping 0.1",
                "influence-function --curvature kfac --target loss",
                "relatif --curvature kfac",
                "inner-product --target margin",
                "trak --dimensions 16",
                "tracin-rp --dimensions 16",
                "tracin-ideal",
                "hydra-fast",
                "self-influence",
                "self-influence --curvature kfac",
                "outlier-l2",
                "local-ensemble --rank 3"
            })
    void threeEnginesGiveTheScoresOfOne(String words) throws IOException {
        Plan plan = plan(words);
        double[] expected = with(1, bench -> scores(plan, bench));

        double[] found = with(3, bench -> scores(plan, bench));

        double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        assertThat(found).containsExactly(expected, within(1e-5 * largest));
    }

    @Test
    void whatLooksAtAllRowsTogetherIsRefused() {
        Plan forest = plan("outlier-forest --dimensions 8");

        assertThatThrownBy(() -> with(
                        2,
                        bench -> new RowScoring(bench, 1, Optional.empty())
                                .score(
                                        "outlier-forest",
                                        forest.match(
                                                table -> rows(),
                                                rows -> rows,
                                                aim -> rows(),
                                                groups -> rows(),
                                                in -> rows(),
                                                of -> rows()))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("--method outlier-forest cannot be shared among 2 GPUs: give --device one number");
    }

    private static Plan.Rows rows() {
        throw new AssertionError("scores rows by themselves");
    }
}
