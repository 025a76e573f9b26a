package org.expunge.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.expunge.cli.render.Console;
import org.expunge.cli.work.Audit;
import org.expunge.defense.identify.TargetAudit;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.training.TrainingRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Looks for inputs under attack and the rows behind them. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        description = {
            "Looks for inputs whose prediction rests on a few training rows, and ranks those rows.",
            "Validation rows of the run set the threshold and are taken for clean. Nothing is changed."
        })
final class AuditCommand implements Callable<Integer> {
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
            description = "Inputs and rows to list, at least 1. Default: ${DEFAULT-VALUE}.")
    private int top;

    @Option(
            names = "--seed",
            paramLabel = "SEED",
            defaultValue = "0",
            description = "Decides the random control. Default: ${DEFAULT-VALUE}.")
    private long seed;

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
                    new Audit(engine, console, options, top, seed).audit(opened, List.copyOf(inputs.names())));
        }
    }
}
