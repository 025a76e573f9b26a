package org.expunge.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.expunge.cli.method.FactorOptions;
import org.expunge.cli.render.Console;
import org.expunge.cli.work.FactorReport;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.EngineGroup;
import org.expunge.influence.curvature.WeightDecay;
import org.expunge.influence.curvature.store.FactorManifest;
import org.expunge.influence.curvature.store.FactorRecipe;
import org.expunge.influence.curvature.store.FactorStore;
import org.expunge.influence.data.RowRange;
import org.expunge.influence.training.TrainingRun;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Fits the factors of a curvature once, for many uses. */
@Command(
        name = "factors",
        mixinStandardHelpOptions = true,
        description = "Fits the factors of a curvature once, for many uses, on one machine or several.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {FactorsCommand.Fit.class, FactorsCommand.Merge.class, FactorsCommand.Show.class})
final class FactorsCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which command?");
    }

    /** Fits. */
    @Command(
            name = "fit",
            mixinStandardHelpOptions = true,
            description = {
                "Fits factors to the rows that a run was trained on, for 'influence --factors DIR'.",
                "Several GPUs (--device 0,1) take a share of the rows each.",
                "A fit that was killed goes on when the same command is given again. Several machines fit a range of rows "
                        + "each; for ekfac they first fit and merge kfac, and name it as --basis."
            })
    static final class Fit implements Callable<Integer> {
        @Mixin
        private final RunOption run = new RunOption();

        @Mixin
        private final FactorOptions factors = new FactorOptions();

        @Option(
                names = "--rows",
                paramLabel = "FROM:TO",
                converter = RowRangeConverter.class,
                description = "Rows to fit, by their place among the training rows, as in 0:5000; the end is left out. "
                        + "Default: all.")
        private @Nullable RowRange rows;

        @Option(
                names = "--basis",
                paramLabel = "DIR",
                description = "Merged kfac factors of all rows, for ekfac on some of them. Default: none.")
        private @Nullable Path basis;

        @Option(names = "--out", required = true, paramLabel = "DIR", description = "The folder to write.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private Path out;

        @Mixin
        private final EngineOptions engineOptions = new EngineOptions();

        @Mixin
        private final OutputOptions output = new OutputOptions();

        @Override
        public Integer call() throws IOException {
            Function<WeightDecay, FactorRecipe> recipe = factors.recipe();
            Console console = output.console();
            TrainingRun opened = run.open();
            WeightDecay decay = new WeightDecay(opened.recipe().training().l2());
            FactorStore.Options cut = new FactorStore.Options(
                    Optional.ofNullable(rows), Optional.ofNullable(basis), FactorStore.Options.DEFAULT.rowsPerPart());
            try (EngineGroup engines = engineOptions.openAll()) {
                FactorManifest made = console.metered(
                        "fitting factors",
                        meter -> FactorStore.fit(
                                out,
                                engines,
                                opened.model(),
                                opened.train(),
                                recipe.apply(decay),
                                cut,
                                (done, of) -> meter.step(done, of, "rows")));
                return console.print(new FactorReport("Fitted", out.toString(), made));
            }
        }
    }

    /** Merges. */
    @Command(
            name = "merge",
            mixinStandardHelpOptions = true,
            description = "Adds up factors that were fitted to different rows of one run.")
    static final class Merge implements Callable<Integer> {
        @Parameters(paramLabel = "DIR", arity = "1..*", description = "Folders that 'factors fit' wrote.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private List<Path> folders;

        @Mixin
        private final RunOption run = new RunOption();

        @Mixin
        private final NewFolderOption out = new NewFolderOption();

        @Mixin
        private final EngineOptions engineOptions = new EngineOptions();

        @Mixin
        private final OutputOptions output = new OutputOptions();

        @Override
        public Integer call() throws IOException {
            TrainingRun opened = run.open();
            try (Engine engine = engineOptions.open()) {
                FactorManifest made = FactorStore.merge(out.path(), folders, engine.compute(), opened.model());
                return output.console()
                        .print(new FactorReport("Merged", out.path().toString(), made));
            }
        }
    }

    /** Shows. */
    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Says what factors were made from, and checks their files.")
    static final class Show implements Callable<Integer> {
        @Parameters(paramLabel = "DIR", description = "The folder that 'factors' wrote.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private Path folder;

        @Mixin
        private final OutputOptions output = new OutputOptions();

        @Override
        public Integer call() throws IOException {
            FactorManifest stored = FactorStore.open(folder).manifest();
            return output.console().print(new FactorReport("Intact:", folder.toString(), stored));
        }
    }
}
