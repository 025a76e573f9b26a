package org.expunge.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.expunge.cli.render.Console;
import org.expunge.cli.work.Tracing;
import org.expunge.defense.trace.TargetClusters;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.training.TrainingRun;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows which training rows are behind clusters of suspected inputs. */
@Command(
        name = "trace",
        mixinStandardHelpOptions = true,
        description = {
            "Groups suspected inputs into clusters and ranks the training rows behind each by a vote of influence and "
                    + "nearness.",
            "Writes a folder with trace.json, rows.csv and, for images, a contact sheet of the first rows with the "
                    + "pixels marked in which the reason lies. Nothing is removed."
        },
        exitCodeList = "0:done, also where there is no cluster")
final class TraceCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final RunOption run = new RunOption();

    @Mixin
    private final InputOptions inputs = new InputOptions();

    @Option(
            names = "--top",
            paramLabel = "N",
            defaultValue = "20",
            description = "Rows to show of each cluster, at least 1. Default: ${DEFAULT-VALUE}.")
    private int top;

    @Option(
            names = "--seed",
            paramLabel = "SEED",
            defaultValue = "1",
            description = "Decides the draws of the tests that make inputs a cluster. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--manifest",
            paramLabel = "FILE",
            description =
                    "The manifest.json of 'expunge attack': which of the rows it planted is then shown too. What is "
                            + "found does not depend on it. Default: that of the attack that the run was trained under, if there "
                            + "was one.")
    private @Nullable Path manifest;

    @Mixin
    private final NewFolderOption out = new NewFolderOption();

    @Mixin
    private final EngineOptions engineOptions = new EngineOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Override
    public Integer call() throws IOException {
        Checks.positive(spec, "--top", top);
        Tracing.Plan plan =
                new Tracing.Plan(inputs.audit(), TargetClusters.Options.DEFAULT.withSeed(seed), top, manifest);
        Console console = output.console();
        TrainingRun opened = run.open();
        try (Engine engine = engineOptions.open()) {
            return console.print(
                    new Tracing(engine, console, plan).trace(opened, List.copyOf(inputs.names()), out.path()));
        }
    }
}
