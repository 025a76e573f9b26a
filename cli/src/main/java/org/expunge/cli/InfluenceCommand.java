package org.expunge.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.expunge.cli.method.Bench;
import org.expunge.cli.method.Method;
import org.expunge.cli.method.MethodOptions;
import org.expunge.cli.method.Methods;
import org.expunge.cli.method.Plan;
import org.expunge.cli.render.Console;
import org.expunge.cli.render.Result;
import org.expunge.cli.work.FeatureScoring;
import org.expunge.cli.work.GroupScoring;
import org.expunge.cli.work.Influence;
import org.expunge.cli.work.InputRows;
import org.expunge.cli.work.RowScoring;
import org.expunge.influence.compute.EngineGroup;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.training.TrainingRun;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Ranks the training rows that move a model's loss on some inputs. */
@Command(
        name = "influence",
        mixinStandardHelpOptions = true,
        description = {
            "Ranks the training rows that move the model's loss on some inputs.",
            "With --out, keeps all scores as NPY with a JSON sidecar; a run that was killed goes on when given again.",
            "Some methods score each training row by itself, and take no inputs."
        })
final class InfluenceCommand implements Callable<Integer> {
    /** Which inputs. */
    static final class Queries {
        @Option(
                names = "--test-id",
                paramLabel = "ID",
                split = ",",
                description = "Test rows to explain, by id; may be given several times.")
        private List<String> ids = List.of();

        @Option(names = "--all", description = "Explain all test rows.")
        private boolean isAll;

        @Option(
                names = "--inputs",
                paramLabel = "WHAT",
                description = "Explain other inputs: validation, attack or a data specification (its test "
                        + "rows where it has some, else all).")
        private List<String> inputs = List.of();

        List<String> names() {
            if (isAll) {
                return List.of("test");
            }
            return ids.isEmpty() ? inputs : List.of("ids:" + String.join(",", ids));
        }
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--run",
            required = true,
            paramLabel = "DIR",
            description =
                    "The run whose rows are ranked. Given several times, scores are averaged over the runs' models, "
                            + "which must have been trained on the same rows (one --split-seed).")
    private List<Path> paths = List.of();

    @ArgGroup
    private @Nullable Queries queries;

    @Option(
            names = "--method",
            paramLabel = "METHOD",
            defaultValue = "automatic",
            completionCandidates = Methods.Names.class,
            description = "Estimator: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private String method = "";

    @Mixin
    private final MethodOptions methodOptions = new MethodOptions();

    @Option(
            names = "--label",
            paramLabel = "WHICH",
            defaultValue = "true",
            description = "Label that an input's loss is taken for: true (its own) or predicted. "
                    + "Default: ${DEFAULT-VALUE}.")
    private Influence.Label label = Influence.Label.TRUE;

    @Option(
            names = "--top",
            paramLabel = "N",
            defaultValue = "20",
            description = "Rows to list at either end, at least 1. Default: ${DEFAULT-VALUE}.")
    private int top;

    @Option(
            names = "--max-memory",
            paramLabel = "SIZE",
            converter = MemorySize.class,
            description =
                    "Memory that scoring stays under, beside the data and the curvature, as in 512m or 2g. "
                            + "With several GPUs, on each. Default: 1g, or what the workers need for this network; the plan is printed.")
    private @Nullable Long maxBytes;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "Folder to keep all scores in: scores.npy (inputs x rows, float32), its sidecar and ids.json. A "
                            + "killed run goes on only with it. Default: none.")
    private @Nullable Path out;

    @Mixin
    private final EngineOptions engineOptions = new EngineOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Override
    public Integer call() throws IOException {
        Console console = output.console();
        Checks.positive(spec, "--top", top);
        Method chosen = Checks.reading(spec, () -> Methods.named(method));
        Plan plan = chosen.plan(methodOptions);
        List<String> inputs = inputs(plan);
        checkRuns(plan);
        checkDevices(plan);
        List<TrainingRun> runs = new ArrayList<>();
        for (Path path : paths) {
            runs.add(TrainingRun.open(path));
        }
        try (EngineGroup engines = engineOptions.openAll();
                Bench bench = new Bench(
                        engines,
                        console,
                        runs,
                        maxBytes == null ? Bench.ampleBytes(engines.lead(), runs.get(0)) : maxBytes)) {
            return console.print(work(plan, inputs).on(bench));
        }
    }

    private Plan.Recipe<Result> work(Plan plan, List<String> inputs) {
        Optional<Path> kept = Optional.ofNullable(out);
        return plan.match(
                table -> bench -> {
                    Dataset queries = InputRows.read(bench.run(), inputs); // refused before anything is fitted
                    return new Influence(bench, label, top)
                            .score(bench.estimator(table.recipe(), queries.size()), queries, kept);
                },
                rows -> bench -> new RowScoring(bench, top, kept).score(method, rows),
                aim -> bench -> new RowScoring(bench, top, kept).score(aim, labelled(bench, inputs)),
                groups -> bench -> GroupScoring.predict(groups, bench, labelled(bench, inputs), kept),
                perInput -> bench -> new RowScoring(bench, top, kept).score(method, perInput, labelled(bench, inputs)),
                features -> bench -> new FeatureScoring(bench, top, kept).score(features, labelled(bench, inputs)));
    }

    private Dataset labelled(Bench bench, List<String> inputs) throws IOException {
        return label.of(bench, InputRows.read(bench.run(), inputs));
    }

    /** Several runs are averaged over inputs' scores alone. */
    private void checkRuns(Plan plan) {
        boolean isAveraged = plan.match(
                table -> true, rows -> false, aim -> false, groups -> false, perInput -> false, features -> false);
        if (!isAveraged && paths.size() > 1) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--method " + method + " as it is set here takes one --run, got " + paths.size());
        }
    }

    /** What looks at all rows together is not shared. */
    private void checkDevices(Plan plan) {
        boolean isShared = plan.match(
                table -> true,
                Plan.Rows::isRowByRow,
                aim -> true,
                groups -> false,
                perInput -> true,
                features -> false);
        if (!isShared) {
            engineOptions.requireOneDevice(" --method " + method);
        }
    }

    private List<String> inputs(Plan plan) {
        List<String> names = queries == null ? List.of() : queries.names();
        boolean needsInputs = plan.match(
                table -> true, rows -> false, aim -> true, groups -> true, perInput -> true, features -> true);
        if (needsInputs && names.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "Name the inputs: --test-id ID, --all or --inputs WHAT");
        }
        if (!needsInputs && (!names.isEmpty() || label == Influence.Label.PREDICTED)) {
            throw new ParameterException(
                    spec.commandLine(), "--method " + method + " scores rows by themselves and takes no inputs");
        }
        return names;
    }
}
