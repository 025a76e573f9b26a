package org.expunge.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.expunge.cli.render.Console;
import org.expunge.cli.work.Tracing;
import org.expunge.defense.identify.TargetAudit;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.training.TrainingRun;
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

    @Mixin
    private final NewFolderOption out = new NewFolderOption();

    @Mixin
    private final EngineOptions engineOptions = new EngineOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Override
    public Integer call() throws IOException {
        Checks.positive(spec, "--top", top);
        TargetAudit.Options options = inputs.audit();
        Console console = output.console();
        TrainingRun opened = run.open();
        try (Engine engine = engineOptions.open()) {
            return console.print(
                    new Tracing(engine, console, options, top).trace(opened, List.copyOf(inputs.names()), out.path()));
        }
    }
}
