package org.expunge.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.expunge.cli.render.Console;
import org.expunge.cli.work.Spectra;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.spectrum.StochasticLanczos;
import org.expunge.influence.io.AtomicFiles;
import org.expunge.influence.training.TrainingRun;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows the eigenvalues of the curvature that a run ended with. */
@Command(
        name = "spectrum",
        mixinStandardHelpOptions = true,
        description = {
            "Shows the eigenvalues of the curvature of a run's mean training loss, by stochastic Lanczos quadrature:",
            "the outermost with their residuals, how many there are of each size, and what they say about damping."
        })
final class SpectrumCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final RunOption run = new RunOption();

    @Option(
            names = "--operator",
            paramLabel = "NAME",
            defaultValue = "gauss-newton",
            description = "Curvature: hessian, gauss-newton or empirical-fisher (also: fisher). "
                    + "Default: ${DEFAULT-VALUE}.")
    private String operator = "";

    @Option(names = "--rows", paramLabel = "N", description = "Training rows to draw for it, at least 1. Default: all.")
    private @Nullable Integer rows;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "80",
            description = "Products with the curvature a probe, at least 2. Default: ${DEFAULT-VALUE}.")
    private int steps;

    @Option(
            names = "--probes",
            paramLabel = "N",
            defaultValue = "4",
            description = "Random vectors, at least 1; ten for counts of few. Default: ${DEFAULT-VALUE}.")
    private int probes;

    @Option(
            names = "--top",
            paramLabel = "N",
            defaultValue = "10",
            description = "Eigenvalues to list at either end, at least 1. Default: ${DEFAULT-VALUE}.")
    private int top;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Decides rows and probes. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Folder for spectrum.json and spectrum.svg; must not exist. Default: none is written.")
    private @Nullable Path out;

    @Mixin
    private final EngineOptions engineOptions = new EngineOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Override
    public Integer call() throws IOException {
        Console console = output.console();
        Spectra.Operator chosen = Checks.reading(spec, () -> Spectra.Operator.named(operator));
        StochasticLanczos.Options options =
                Checks.reading(spec, () -> new StochasticLanczos.Options(steps, probes, top, seed));
        if (rows != null) {
            Checks.positive(spec, "--rows", rows);
        }
        if (out != null) {
            AtomicFiles.refuseExisting(out);
        }
        TrainingRun opened = run.open();
        try (Engine engine = engineOptions.open()) {
            return console.print(new Spectra(engine, console, options).of(opened, chosen, rows, out));
        }
    }
}
