package org.expunge.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.expunge.cli.render.Console;
import org.expunge.cli.work.Certifying;
import org.expunge.cli.work.FrozenFeatures;
import org.expunge.defense.certify.CertifiedAccuracy;
import org.expunge.defense.certify.LabelFlipSmoothing;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.training.TrainingRun;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Predicts with a proof of how many changed training rows leave a prediction as it is. */
@Command(
        name = "certify",
        mixinStandardHelpOptions = true,
        description = {
            "Trains an ensemble on the run's rows whose vote provably survives a number of inserted, deleted or "
                    + "relabelled rows, and says for how many test rows it does.",
            "Writes the ensemble's DL4J models and certificate.json. Given again, the command goes on where it was "
                    + "killed, and asks an ensemble that is complete."
        })
final class CertifyCommand implements Callable<Integer> {
    private static final int FINITE_SPREAD = 4;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final RunOption run = new RunOption();

    @Option(
            names = "--method",
            paramLabel = "METHOD",
            defaultValue = "dpa",
            description = "dpa (deep partition aggregation), finite-aggregation, or label-flip-smoothing (flipped "
                    + "labels alone; least squares on frozen features). Default: ${DEFAULT-VALUE}.")
    private Certifying.Method method = Certifying.Method.DPA;

    @Option(
            names = "--partitions",
            paramLabel = "K",
            defaultValue = "30",
            description = "A member sees one of K parts of the rows; at least 2. More of them certify more changes and "
                    + "cost accuracy. Default: ${DEFAULT-VALUE}.")
    private int partitions;

    @Option(
            names = "--spread",
            paramLabel = "D",
            description = "With finite-aggregation, to how many of K*D members a row is shown; at least 2. Default: 4.")
    private @Nullable Integer spread;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            description = "Passes of a member over its rows, at least 1. Default: three times the run's, because a "
                    + "member has fewer rows.")
    private @Nullable Integer epochs;

    @Option(
            names = "--flip-probability",
            paramLabel = "Q",
            defaultValue = "0.03",
            description = "With label-flip-smoothing, the probability that a label is drawn anew, in (0, (K-1)/K). "
                    + "Default: ${DEFAULT-VALUE}.")
    private double flipProbability;

    @Option(
            names = "--ridge",
            paramLabel = "LAMBDA",
            defaultValue = "0.1",
            description = "With label-flip-smoothing, added to the features' second moments, as a share of their mean "
                    + "eigenvalue; above 0. Default: ${DEFAULT-VALUE}.")
    private double ridge;

    @Option(
            names = "--trunk",
            paramLabel = "RUN|FILE.zip",
            description = "With label-flip-smoothing, a network whose last layer is cut off computes the features. It "
                    + "must not have learned from these labels. Default: the features are the rows' own numbers.")
    private @Nullable Path trunk;

    @Option(
            names = "--trunk-data",
            paramLabel = "WHAT",
            description = "public: you vouch for the trunk not having seen these labels. Default: a run is compared "
                    + "with the rows; of a model zip nothing is known, and it is refused.")
    private TrainHeadCommand.@Nullable TrunkData trunkData;

    @Option(
            names = "--radius",
            paramLabel = "R",
            split = ",",
            description = "Numbers of changes to report on, each 0 or more. Default: 1,5,10,25,50,100.")
    private @Nullable List<Integer> radii;

    @Option(
            names = "--inputs",
            paramLabel = "WHAT",
            description =
                    "Inputs to predict with their radius, beside the figures on the test rows; may be given "
                            + "several times: test, validation, attack, ids:A,B or a data specification (its test rows where it has some, else all). Default: none.")
    private List<String> inputs = List.of();

    @Option(
            names = "--seed",
            paramLabel = "SEED",
            defaultValue = "0",
            description = "Decides the partitions and the members' trainings. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "The folder to write; one that holds this very ensemble is used as it is.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path out;

    @Mixin
    private final EngineOptions engineOptions = new EngineOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Override
    public Integer call() throws IOException {
        if (trunk == null && trunkData != null) {
            throw new ParameterException(spec.commandLine(), "--trunk-data is for a --trunk, and there is none");
        }
        if (method != Certifying.Method.LABEL_FLIP_SMOOTHING && trunk != null) {
            throw new ParameterException(
                    spec.commandLine(), "--trunk is for label-flip-smoothing; an ensemble trains whole networks");
        }
        if (method != Certifying.Method.FINITE_AGGREGATION && spread != null) {
            throw new ParameterException(spec.commandLine(), "--spread is for finite-aggregation");
        }
        Certifying.Options options = Checks.reading(spec, this::options);
        Console console = output.console();
        TrainingRun opened = run.open();
        try (Engine engine = engineOptions.open()) {
            return console.print(new Certifying(engine, console, options).certify(opened, inputs, out));
        }
    }

    private Certifying.Options options() {
        int shown = method == Certifying.Method.FINITE_AGGREGATION ? (spread == null ? FINITE_SPREAD : spread) : 1;
        return new Certifying.Options(
                method,
                partitions,
                shown,
                epochs,
                new LabelFlipSmoothing.Options(flipProbability, ridge),
                new FrozenFeatures(trunk, trunkData != null),
                radii == null ? CertifiedAccuracy.RADII : radii,
                seed);
    }
}
