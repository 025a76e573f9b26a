package org.expunge.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.expunge.cli.render.Console;
import org.expunge.cli.work.ModelAuditing;
import org.expunge.cli.work.SuspectModel;
import org.expunge.defense.model.NeuralCleanse;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.training.TrainingRun;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Looks for a backdoor in a model, without the rows that it was trained on. */
@Command(
        name = "audit-model",
        mixinStandardHelpOptions = true,
        description = {
            "Looks for a backdoor in a model without its training rows: with at least 50 clean rows, it searches the "
                    + "smallest trigger of each class (Neural Cleanse), tries it by SCALE-UP and IBD-PSC, and gives the "
                    + "probability of a backdoor with a 95 %% interval.",
            "A low probability does not show that the model is clean."
        },
        exitCodeList = {
            "0:no backdoor was found, or the interval of the probability holds one half",
            "2:the whole interval lies above one half",
            "65:wrong input, or the model gets too few of the clean rows right for a finding"
        })
final class AuditModelCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--model", paramLabel = "FILE.zip", description = "A DL4J model zip. Needs --data.")
    private @Nullable Path model;

    @Option(names = "--run", paramLabel = "DIR", description = "A run, whose model is audited.")
    private @Nullable Path run;

    @Option(
            names = "--data",
            paramLabel = "SPEC",
            description = "Clean rows with labels that the model was not trained on; at least 50, of all classes. "
                    + "Default: the run's validation rows.")
    private @Nullable String data;

    @Option(
            names = "--normalization",
            paramLabel = "KIND",
            description = "What the model of --model expects: none, scale:DIVISOR, or standardize and others, which "
                    + "are fitted on the clean rows. Default: none.")
    private @Nullable String normalization;

    @Option(
            names = "--inputs",
            paramLabel = "SPEC",
            description = "Suspicious rows, whose SCALE-UP and IBD-PSC scores are set beside those of the clean rows; "
                    + "of a specification its test rows where it has some, else all. "
                    + "Default: none.")
    private @Nullable String inputs;

    @Option(
            names = "--rows",
            paramLabel = "N",
            defaultValue = "100",
            description = "Clean rows to use, drawn by the seed; at least 50. Default: ${DEFAULT-VALUE}.")
    private int rows;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "200",
            description = "Steps of the search for each class, at least 1. Default: ${DEFAULT-VALUE}.")
    private int steps;

    @Option(
            names = "--prior",
            paramLabel = "SHARE",
            defaultValue = "0.5",
            description = "Share of models like this one that have a backdoor, before looking; in (0, 1). "
                    + "Default: ${DEFAULT-VALUE}.")
    private double prior;

    @Option(
            names = "--least-accuracy",
            paramLabel = "SHARE",
            defaultValue = "0.8",
            description = "Share of the clean rows that the model must get right, in [0, 1]; below it nothing is "
                    + "concluded, because rows are then most often normalised wrongly. Lower it for a model that is "
                    + "known to be that weak. Default: ${DEFAULT-VALUE}.")
    private double leastAccuracy;

    @Option(
            names = "--seed",
            paramLabel = "SEED",
            defaultValue = "0",
            description = "Decides the rows and where the search begins. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "A folder to write with audit.json and, for images, pictures of the smallest trigger; must "
                    + "not exist. Default: none.")
    private @Nullable Path out;

    @Mixin
    private final EngineOptions engineOptions = new EngineOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Override
    public Integer call() throws IOException {
        if ((model == null) == (run == null)) {
            throw new ParameterException(spec.commandLine(), "Name one of --model FILE.zip and --run DIR");
        }
        if (rows < NeuralCleanse.LEAST_ROWS) {
            throw new ParameterException(
                    spec.commandLine(), "--rows must be at least " + NeuralCleanse.LEAST_ROWS + ", got " + rows);
        }
        NeuralCleanse.Options base = NeuralCleanse.Options.DEFAULT;
        ModelAuditing.Options options = Checks.reading(
                spec,
                () -> new ModelAuditing.Options(
                        new NeuralCleanse.Options(steps, base.rate(), base.success(), seed),
                        rows,
                        prior,
                        leastAccuracy));
        Console console = output.console();
        SuspectModel suspect = suspect();
        try (Engine engine = engineOptions.open()) {
            return console.print(new ModelAuditing(engine, console, options).audit(suspect, out));
        }
    }

    private SuspectModel suspect() throws IOException {
        List<String> suspicious = inputs == null ? List.of() : List.of(inputs);
        Path folder = run;
        if (folder != null) {
            if (normalization != null) {
                throw new ParameterException(spec.commandLine(), "--normalization is that of the run; leave it out");
            }
            return SuspectModel.ofRun(TrainingRun.open(folder), data, suspicious);
        }
        String clean = data;
        Path file = model;
        if (clean == null || file == null) {
            throw new ParameterException(spec.commandLine(), "--model needs clean rows: --data SPEC");
        }
        Normalizer.Options normal =
                Checks.reading(spec, () -> Normalizer.Options.parse(normalization == null ? "none" : normalization));
        return SuspectModel.ofFile(
                file,
                Checks.reading(spec, () -> DataSpec.parse(clean)),
                normal,
                Checks.reading(
                        spec, () -> suspicious.stream().map(DataSpec::parse).toList()));
    }
}
