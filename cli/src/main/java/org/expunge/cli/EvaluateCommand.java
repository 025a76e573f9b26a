package org.expunge.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.expunge.cli.method.Bench;
import org.expunge.cli.method.Method;
import org.expunge.cli.method.MethodOptions;
import org.expunge.cli.method.Methods;
import org.expunge.cli.method.Plan;
import org.expunge.cli.render.Console;
import org.expunge.cli.work.Evaluating;
import org.expunge.cli.work.EvaluationReport;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.EngineGroup;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.training.TrainingRun;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Holds a method's scores against trainings that really take place. */
@Command(
        name = "evaluate",
        mixinStandardHelpOptions = true,
        description = {
            "Holds a method's scores against what really happens when the run's model is trained again.",
            "lds: losses after training on random halves. loo: rows left out one by one (convex models).",
            "pbrf: proximal Bregman responses. removal: each input's foremost rows removed.",
            "mislabel: who finds rows whose classes were changed; takes no --method.",
            "sweep: how the ranks of rows move with the damping of a Gauss-Newton matrix; takes no --method."
        })
final class EvaluateCommand implements Callable<Integer> {
    /** What is done. */
    enum Check {
        LDS,
        LOO,
        PBRF,
        REMOVAL,
        MISLABEL,
        SWEEP;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "CHECK", description = "One of ${COMPLETION-CANDIDATES}.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Check check;

    @Mixin
    private final RunOption run = new RunOption();

    @Option(
            names = "--method",
            paramLabel = "METHOD",
            defaultValue = "influence-function",
            completionCandidates = Methods.Names.class,
            description = "Estimator of a table: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private String method = "";

    @Mixin
    private final MethodOptions methodOptions = new MethodOptions();

    @Option(
            names = "--queries",
            paramLabel = "N",
            defaultValue = "20",
            description = "Test rows to look at, from the first; at least 1. Default: ${DEFAULT-VALUE}.")
    private int queries;

    @Option(
            names = "--rows",
            paramLabel = "N",
            defaultValue = "20",
            description = "Training rows that loo and pbrf remove: half of them those of the largest gradients, half "
                    + "random; at least 2. Default: ${DEFAULT-VALUE}.")
    private int rows;

    @Option(
            names = "--subsets",
            paramLabel = "N",
            defaultValue = "50",
            description = "Random halves that lds trains on, at least 2. Default: ${DEFAULT-VALUE}.")
    private int subsets;

    @Option(
            names = "--repetitions",
            paramLabel = "N",
            defaultValue = "3",
            description = "Seeds of each training; raise them before --subsets. Default: ${DEFAULT-VALUE}.")
    private int repetitions;

    @Option(
            names = "--proximity",
            paramLabel = "LAMBDA",
            defaultValue = "0.1",
            description = "Holds the responses of pbrf near the model; above 0. Use the method's damping. "
                    + "Default: ${DEFAULT-VALUE}.")
    private double proximity;

    @Option(
            names = "--mislabelled",
            paramLabel = "SHARE",
            defaultValue = "0.1",
            description = "Rows whose class mislabel changes, in (0, 1). Default: ${DEFAULT-VALUE}.")
    private double share;

    @Option(
            names = "--dampings",
            paramLabel = "LAMBDA",
            split = ",",
            defaultValue = "0.0001,0.001,0.01,0.1,1",
            description = "What sweep goes through, of the mean loss; at least two, each above 0. "
                    + "Default: ${DEFAULT-VALUE}.")
    private List<Double> dampings = List.of();

    @Option(
            names = "--bank",
            paramLabel = "DIR",
            description = "Folder where lds keeps its trainings; one that was killed goes on when given again, and a "
                    + "full one serves other methods.")
    private @Nullable Path bank;

    @Option(
            names = "--seed",
            paramLabel = "SEED",
            defaultValue = "0",
            description = "Decides all that is drawn. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Mixin
    private final EngineOptions engineOptions = new EngineOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Override
    public Integer call() throws IOException {
        Evaluating.Effort effort =
                Checks.reading(spec, () -> new Evaluating.Effort(method, queries, rows, subsets, repetitions, seed));
        if (!(proximity > 0) || !(share > 0 && share < 1)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--proximity must be above 0 and --mislabelled in (0, 1), got " + proximity + " and " + share);
        }
        Method chosen = Checks.reading(spec, () -> Methods.named(method));
        Plan.Recipe<Estimator> recipe = chosen.plan(methodOptions)
                .match(
                        Plan.Table::recipe,
                        rowsAlone -> refuse(),
                        aim -> refuse(),
                        groups -> refuse(),
                        perInput -> refuse(),
                        features -> refuse());
        Console console = output.console();
        TrainingRun opened = run.open();
        try (Engine engine = engineOptions.open();
                Bench bench =
                        new Bench(EngineGroup.of(engine), console, List.of(opened), Bench.ampleBytes(engine, opened))) {
            return console.print(evaluate(new Evaluating(bench, effort), recipe, bench));
        }
    }

    private Plan.Recipe<Estimator> refuse() {
        throw new ParameterException(
                spec.commandLine(), "--method " + method + " as it is set here does not score rows for each input");
    }

    private EvaluationReport evaluate(Evaluating work, Plan.Recipe<Estimator> recipe, Bench bench) throws IOException {
        return switch (check) {
            case LDS -> work.lds(recipe.on(bench), bank());
            case LOO -> work.leaveOneOut(recipe.on(bench));
            case PBRF -> work.pbrf(recipe.on(bench), proximity);
            case REMOVAL -> work.removal(recipe.on(bench));
            case MISLABEL -> work.mislabel(share);
            case SWEEP -> work.sweep(dampings);
        };
    }

    private Path bank() {
        if (bank == null) {
            throw new ParameterException(spec.commandLine(), "lds needs --bank DIR, where its trainings are kept");
        }
        return bank;
    }
}
