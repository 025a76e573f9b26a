package org.expunge.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.expunge.cli.render.Console;
import org.expunge.cli.unlearn.RemovalRecipe;
import org.expunge.cli.work.Forgetting;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.training.TrainingRun;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Does what a request asks. */
@Command(
        name = "apply",
        mixinStandardHelpOptions = true,
        description = {
            "Makes a model forget training rows, verifies it and writes a new run; the old run stays as it was.",
            "The new run holds verification.json and report.md beside its model."
        },
        exitCodeList = {
            "0:forgotten: exactly, or verification passed",
            "2:a new run was written, but verification failed or is inconclusive",
            "3:no acceptable model was found; retrain instead"
        })
final class ForgetApplyCommand implements Callable<Integer> {
    /** Which rows. */
    static final class Rows {
        @Option(
                names = "--ids",
                paramLabel = "ID",
                split = ",",
                description = "Ids of the training rows, as in rows.csv of the run; may be given several times.")
        private List<String> ids = List.of();

        @Option(names = "--ids-file", paramLabel = "FILE", description = "A text file with one id a line.")
        private @Nullable Path file;

        List<String> read() throws IOException {
            List<String> all = file == null ? ids : Files.readAllLines(file, StandardCharsets.UTF_8);
            return all.stream().map(String::strip).filter(id -> !id.isEmpty()).toList();
        }
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final RunOption run = new RunOption();

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Rows rows;

    @Mixin
    private final RemovalMethodOption method = new RemovalMethodOption();

    @Option(
            names = "--references",
            paramLabel = "N",
            defaultValue = "2",
            description =
                    "Models to retrain with other seeds, for verification to compare with; 0 to 2. Each costs one "
                            + "training. Default: ${DEFAULT-VALUE}.")
    private int references;

    @Mixin
    private final NewFolderOption out = new NewFolderOption();

    @Mixin
    private final EngineOptions engineOptions = new EngineOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Override
    public Integer call() throws IOException {
        if (references < 0 || references > 2) {
            throw new ParameterException(spec.commandLine(), "--references must be 0 to 2, got " + references);
        }
        RemovalRecipe recipe = method.recipe();
        Console console = output.console();
        List<String> ids = rows.read();
        TrainingRun opened = run.open();
        try (Engine engine = engineOptions.open()) {
            return console.print(new Forgetting(engine, console, method.entry(), recipe, references)
                    .forget(opened, ids, out.path()));
        }
    }
}
