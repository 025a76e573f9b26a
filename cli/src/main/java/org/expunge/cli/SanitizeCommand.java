package org.expunge.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.expunge.cli.render.Console;
import org.expunge.cli.work.Sanitizing;
import org.expunge.defense.sanitize.Sanitizer;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.training.TrainingRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Removes the rows behind an attack and trains again. */
@Command(
        name = "sanitize",
        mixinStandardHelpOptions = true,
        description = {
            "Removes the rows behind flagged inputs, where removing them flips those inputs and removing random rows "
                    + "does not, and trains again until the audit is quiet.",
            "Writes a new run with manifest.json and report.md; the old run stays as it was. With or without a new run,"
                    + " sanitize.json holds the evidence, of which 'expunge report' makes a page."
        },
        exitCodeList = {
            "0:rows were removed and the new model's audit is quiet",
            "2:insufficient evidence, not confirmed, or a cap was reached"
        })
final class SanitizeCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final RunOption run = new RunOption();

    @Mixin
    private final InputOptions inputs = new InputOptions();

    @Option(
            names = "--most-rows",
            paramLabel = "SHARE",
            defaultValue = "0.05",
            description = "Cap on removed rows, as a share of all training rows, in (0, 1]. Default: ${DEFAULT-VALUE}.")
    private double mostRows;

    @Option(
            names = "--most-of-class",
            paramLabel = "SHARE",
            defaultValue = "0.3",
            description =
                    "Cap on removed rows of a class, as a share of its rows, in (0, 1]. Default: ${DEFAULT-VALUE}.")
    private double mostOfClass;

    @Option(
            names = "--most-rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Cap on rounds of audit, removal and training, at least 1. Default: ${DEFAULT-VALUE}.")
    private int mostRounds;

    @Option(
            names = "--seed",
            paramLabel = "SEED",
            defaultValue = "1",
            description = "Decides the random-removal control. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Mixin
    private final NewFolderOption out = new NewFolderOption();

    @Mixin
    private final EngineOptions engineOptions = new EngineOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Override
    public Integer call() throws IOException {
        Sanitizer.Options options = Checks.reading(spec, this::options);
        Console console = output.console();
        TrainingRun opened = run.open();
        try (Engine engine = engineOptions.open()) {
            return console.print(new Sanitizing(engine, console, options).sanitize(opened, inputs.names(), out.path()));
        }
    }

    private Sanitizer.Options options() {
        return Sanitizer.Options.DEFAULT
                .withAudit(inputs.audit())
                .withCaps(mostRows, mostOfClass, mostRounds)
                .withSeed(seed);
    }
}
