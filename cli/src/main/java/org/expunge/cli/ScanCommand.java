package org.expunge.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.expunge.cli.render.Console;
import org.expunge.cli.work.Scanning;
import org.expunge.defense.detect.Detector;
import org.expunge.defense.detect.Detectors;
import org.expunge.defense.detect.ScanSetting;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.training.TrainingRun;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Sets what many detectors say of the training rows side by side. */
@Command(
        name = "scan",
        mixinStandardHelpOptions = true,
        description = {
            "Scores the training rows of a run by many detectors of mistakes and poison, beside controls, and shows what "
                    + "each flags and which rows several flag.",
            "A flag is a reason to look at a row. Nothing is deleted or changed."
        },
        exitCodeList = "0:done, whatever was flagged")
final class ScanCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final RunOption run = new RunOption();

    @Option(
            names = "--detectors",
            split = ",",
            paramLabel = "NAME",
            description = "Detectors to run: duplicates, aum, confident-learning, self-influence, outlier-gradients, "
                    + "deep-knn, spectral, activation-clustering, scan, spectre, provenance; and published variants with a "
                    + "known defect, spectral-uncentred and activation-clustering-by-size. Default: all but these two, "
                    + "and provenance where there are sources.")
    private List<String> detectors = List.of();

    @Option(
            names = "--sources",
            paramLabel = "COLUMN",
            description = "Group column that says where a row came from, for provenance.")
    private @Nullable String sources;

    @Option(
            names = "--folds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Trainings of confident-learning, each without one part of the rows; at least 2. "
                    + "Default: ${DEFAULT-VALUE}.")
    private int folds;

    @Option(
            names = "--neighbours",
            paramLabel = "N",
            defaultValue = "10",
            description = "Nearest rows that deep-knn, raw-knn and duplicates look at, at least 1. "
                    + "Default: ${DEFAULT-VALUE}.")
    private int neighbours;

    @Option(
            names = "--log-margins",
            description = "Train the run's recipe once more and let aum follow every epoch. Default: aum takes the "
                    + "checkpoints that the run kept.")
    private boolean logsMargins;

    @Option(
            names = "--manifest",
            paramLabel = "FILE",
            description = "The manifest.json of 'expunge attack': how well each detector finds its rows is then shown "
                    + "too. Default: that of the attack that the run was trained under, if there was one.")
    private @Nullable Path manifest;

    @Option(
            names = "--top",
            paramLabel = "N",
            defaultValue = "20",
            description = "Rows to list that several detectors flag, at least 1. Default: ${DEFAULT-VALUE}.")
    private int top;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "CSV file to write with every row's scores and flags; must not exist.")
    private @Nullable Path out;

    @Option(
            names = "--seed",
            paramLabel = "SEED",
            defaultValue = "0",
            description = "Decides folds, their trainings and the random control. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Mixin
    private final EngineOptions engineOptions = new EngineOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Override
    public Integer call() throws IOException {
        Checks.positive(spec, "--top", top);
        ScanSetting.Options options = Checks.reading(
                spec, () -> new ScanSetting.Options(neighbours, folds, Optional.ofNullable(sources), seed));
        List<Detector> named = Checks.reading(spec, () -> Detectors.named(detectors));
        Scanning.Plan plan = new Scanning.Plan(named, options, logsMargins, manifest, top, out);
        Console console = output.console();
        TrainingRun opened = run.open();
        try (Engine engine = engineOptions.open()) {
            return console.print(new Scanning(engine, console, plan).scan(opened));
        }
    }
}
