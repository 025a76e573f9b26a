package org.expunge.cli;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.expunge.cli.render.Console;
import org.expunge.cli.unlearn.UnlearningMethods;
import org.expunge.cli.work.Incident;
import org.expunge.cli.work.Repair;
import org.expunge.cli.work.Sanitizing;
import org.expunge.defense.sanitize.Sanitizer;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.training.TrainingRun;
import org.jspecify.annotations.Nullable;
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
            "0:rows were removed, and the new model's audit no longer finds what was suspected",
            "2:insufficient evidence, not confirmed, a cap was reached, or the new model's audit is not quiet"
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
            names = "--incident",
            paramLabel = "WHAT:ROW",
            description = "Start from one prediction that is known to be bad: its inputs as in --inputs and its row "
                    + "among them, from 0. Other inputs are then looked at only if --inputs names them.")
    private @Nullable String incident;

    @Option(
            names = "--true-label",
            paramLabel = "CLASS",
            description =
                    "What the incident should have been taken for; other inputs are not asked it. Default: anything else.")
    private @Nullable String trueLabel;

    @Option(
            names = "--repair",
            paramLabel = "METHOD",
            completionCandidates = UnlearningMethods.Names.class,
            description = "How the last model is made from the confirmed rows: by training again without them, or by a "
                    + "method of unlearning at its defaults: ${COMPLETION-CANDIDATES}. Default: training again.")
    private @Nullable String repair;

    @Option(
            names = "--most-rows",
            paramLabel = "SHARE",
            defaultValue = "0.05",
            description = "Cap on removed rows, as a share of all training rows, in (0, 1]. Default: ${DEFAULT-VALUE}.")
    private double mostRows;

    @Option(
            names = "--most-joined",
            paramLabel = "SHARE",
            description =
                    "The same once clusters of several classes that were tried together are confirmed: an attack on "
                            + "many classes has rows in each. At least --most-rows. Default: twice --most-rows.")
    private @Nullable Double mostJoined;

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
            names = "--least-row-flips",
            paramLabel = "SHARE",
            description =
                    "Share of the rows that must be taken for another class by the model trained without them, in "
                            + "[0, 1]; of classes tried together at least 0.8. Honest rows are not, but neither are rows of an "
                            + "attack that keeps their labels right: ask for fewer only if you have looked at the rows (expunge "
                            + "trace). An incident asks this of no row. Default: 0.6.")
    private @Nullable Double leastRowFlips;

    @Option(
            names = "--seed",
            paramLabel = "SEED",
            defaultValue = "1",
            description = "Decides the random-removal control and the draws of the tests that make inputs a cluster. "
                    + "Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--manifest",
            paramLabel = "FILE",
            description = "The manifest.json of 'expunge attack': what became of its rows and of its success is then "
                    + "shown too, and kept in sanitize.json. What is removed does not depend on it. Default: that of the "
                    + "attack that the run was trained under, if there was one.")
    private @Nullable Path manifest;

    @Mixin
    private final NewFolderOption out = new NewFolderOption();

    @Mixin
    private final EngineOptions engineOptions = new EngineOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Override
    public Integer call() throws IOException {
        Sanitizing.Plan plan = Checks.reading(spec, this::plan);
        Console console = output.console();
        TrainingRun opened = run.open();
        List<String> looked = incident == null || inputs.isGiven() ? inputs.names() : List.of();
        try (Engine engine = engineOptions.open()) {
            return console.print(new Sanitizing(engine, console, plan).sanitize(opened, looked, out.path()));
        }
    }

    private Sanitizing.Plan plan() {
        checkArgument(
                trueLabel == null || incident != null, "--true-label is that of an incident; name it with --incident");
        return new Sanitizing.Plan(
                options(),
                incident == null ? null : Incident.parse(incident, trueLabel),
                repair == null ? null : new Repair(repair),
                manifest);
    }

    private Sanitizer.Options options() {
        checkArgument(mostRows > 0 && mostRows <= 1, "--most-rows must be in (0, 1], got %s", mostRows);
        double most = mostJoined == null ? Math.min(1, 2 * mostRows) : mostJoined;
        checkArgument(
                most >= mostRows && most <= 1,
                "--most-joined must be at least --most-rows (%s) and at most 1, got %s",
                mostRows,
                most);
        checkArgument(mostOfClass > 0 && mostOfClass <= 1, "--most-of-class must be in (0, 1], got %s", mostOfClass);
        checkArgument(mostRounds >= 1, "--most-rounds must be at least 1, got %s", mostRounds);
        return Sanitizer.Options.DEFAULT
                .withAudit(inputs.audit())
                .withConfirming(confirming())
                .withCaps(new Sanitizer.Caps(mostRows, most, mostOfClass, mostRounds))
                .withSeed(seed);
    }

    private Sanitizer.Confirming confirming() {
        if (leastRowFlips == null) {
            return Sanitizer.Confirming.DEFAULT;
        }
        checkArgument(
                incident == null,
                "--least-row-flips is for inputs: an incident asks it of no row; leave one of both out");
        checkArgument(
                leastRowFlips >= 0 && leastRowFlips <= 1, "--least-row-flips must be in [0, 1], got %s", leastRowFlips);
        return Sanitizer.Confirming.DEFAULT.withRowFlipShare(leastRowFlips);
    }
}
