package org.expunge.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.expunge.cli.render.Console;
import org.expunge.cli.work.RunReport;
import org.expunge.cli.work.Training;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.training.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Trains a model and writes a run directory. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        description = {
            "Trains a network and writes a run: recipe, rows, model, checkpoints and figures.",
            "A training that was killed goes on from OUT.partial when the same command is given again."
        })
final class TrainCommand implements Callable<Integer> {
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
        Recipe recipe = recipeOptions.recipe();
        Console console = output.console();
        try (Engine engine = engineOptions.open()) {
            return console.print(RunReport.of("Trained", new Training(engine, console).train(recipe, out.path())));
        }
    }
}
