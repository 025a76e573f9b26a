package org.expunge.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.expunge.cli.render.Console;
import org.expunge.cli.work.Audit;
import org.expunge.cli.work.AuditSettings;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.training.TrainingRun;
import org.jspecify.annotations.Nullable;
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
        },
        exitCodeList = "0:done, whatever was found")
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

    @Option(
            names = "--no-controls",
            description = "Leaves out scores that know nothing of the training rows, such as STRIP and SCALE-UP.")
    private boolean withoutControls;

    @Option(
            names = "--truth",
            paramLabel = "FILE",
            description =
                    "Says which inputs are under attack, so that statistics can be measured: their ids, one a line, "
                            + "or the manifest.json of 'attack'. A run trained on data of 'attack' knows.")
    private @Nullable Path truth;

    @Mixin
    private final EngineOptions engineOptions = new EngineOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Override
    public Integer call() throws IOException {
        Checks.positive(spec, "--top", top);
        AuditSettings settings = new AuditSettings(inputs.audit(), top, seed, !withoutControls, truth);
        Console console = output.console();
        TrainingRun opened = run.open();
        try (Engine engine = engineOptions.open()) {
            return console.print(new Audit(engine, console, settings).audit(opened, List.copyOf(inputs.names())));
        }
    }
}
