package org.expunge.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.expunge.cli.render.Console;
import org.expunge.cli.work.Importing;
import org.expunge.cli.work.RunReport;
import org.expunge.influence.compute.Engine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Makes a run of a model that was trained elsewhere. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        description = {
            "Makes a run of a DL4J model zip (MultiLayerNetwork or ComputationGraph) and the rows it was trained on.",
            "Say with --normalization what the model expects; the options of the training are used by 'forget' and "
                    + "'sanitize' when they retrain. Without checkpoints, estimators see the last model alone."
        })
final class ImportCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final RecipeOptions recipeOptions = new RecipeOptions();

    @Mixin
    private final NewFolderOption out = new NewFolderOption();

    @Mixin
    private final EngineOptions engineOptions = new EngineOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Override
    public Integer call() throws IOException {
        if (!recipeOptions.isFile()) {
            throw new ParameterException(spec.commandLine(), "Name the model zip: --model FILE.zip");
        }
        Console console = output.console();
        try (Engine engine = engineOptions.open()) {
            return console.print(
                    RunReport.of("Imported", new Importing(engine, console).run(recipeOptions.recipe(), out.path())));
        }
    }
}
