package org.expunge.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.expunge.cli.render.Console;
import org.expunge.cli.work.HeadReport;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.training.Recipe;
import org.expunge.influence.training.TrainingRun;
import org.expunge.unlearning.certified.CertifiedRun;
import org.expunge.unlearning.certified.HeadTraining;
import org.expunge.unlearning.certified.SecretNoise;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Trains a linear head that can forget with a proof. */
@Command(
        name = "train-head",
        mixinStandardHelpOptions = true,
        description = {
            "Trains a logistic or softmax head on frozen features, so that 'forget' can later take rows out with an "
                    + "(epsilon, delta) guarantee, and writes a run: the trunk and the head with noise as its model, the head "
                    + "without noise in head.state, for its owner alone.",
            "A head whose trunk saw the rows, or whose normalisation was fitted on them, is trained too, but is not "
                    + "called certified."
        },
        exitCodeList = {
            "0:the head is certified",
            "2:the run was written, but the head is not certified; the text says why"
        })
final class TrainHeadCommand implements Callable<Integer> {
    /** What the user can vouch for. */
    enum TrunkData {
        /** Public data. */
        PUBLIC
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final DataOptions rows = new DataOptions();

    @Option(
            names = "--trunk",
            paramLabel = "RUN|FILE.zip",
            description =
                    "A run, or a DL4J model zip, whose network without its last layer computes the features. The rows "
                            + "get the run's normalisation. Default: the features are the rows' own numbers.")
    private @Nullable Path trunk;

    @Option(
            names = "--trunk-data",
            paramLabel = "WHAT",
            description =
                    "public: you vouch for the trunk having been made of public data, and the certificate says so. "
                            + "Default: a run is compared with the head's rows; of a model zip nothing is known.")
    private @Nullable TrunkData trunkData;

    @Mixin
    private final HeadOptionSet head = new HeadOptionSet();

    @Mixin
    private final NewFolderOption out = new NewFolderOption();

    @Mixin
    private final EngineOptions engineOptions = new EngineOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Override
    public Integer call() throws IOException {
        if (trunk == null && trunkData != null) {
            throw new ParameterException(spec.commandLine(), "--trunk-data is for a --trunk, and there is none");
        }
        if (trunk != null && Files.isDirectory(trunk) && rows.isNormalised()) {
            throw new ParameterException(
                    spec.commandLine(), "--normalization is that of the run " + trunk + "; leave it out");
        }
        Console console = output.console();
        try (Engine engine = engineOptions.open()) {
            CertifiedRun run = console.metered(
                    "training " + out.path().getFileName(),
                    meter -> train(new HeadTraining(engine, SecretNoise.secure()), rows.recipe()));
            return console.print(HeadReport.of("Trained", run));
        }
    }

    private CertifiedRun train(HeadTraining training, Recipe recipe) throws IOException {
        Path source = trunk;
        if (source == null) {
            return training.withoutTrunk(out.path(), recipe, head.options());
        }
        boolean isPublic = trunkData == TrunkData.PUBLIC;
        return Files.isDirectory(source)
                ? training.onRun(out.path(), recipe, head.options(), TrainingRun.open(source), isPublic)
                : training.onFile(out.path(), recipe, head.options(), source, isPublic);
    }
}
