package org.expunge.cli;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.expunge.cli.render.Console;
import org.expunge.cli.work.RunReport;
import org.expunge.cli.work.ShardedReport;
import org.expunge.cli.work.Training;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.training.Recipe;
import org.expunge.unlearning.sharded.ShardedTraining;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Trains a model and writes a run directory. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        description = {
            "Trains a network and writes a run: recipe, rows, model, checkpoints and figures.",
            "With --shards, trains one a shard of the rows, so that a deletion retrains a part of one of them.",
            "A training that was killed goes on from OUT.partial when the same command is given again."
        })
final class TrainCommand implements Callable<Integer> {
    @Mixin
    private final RecipeOptions recipeOptions = new RecipeOptions();

    @Mixin
    private final ShardOptions shards = new ShardOptions();

    @Mixin
    private final NewFolderOption out = new NewFolderOption();

    @Mixin
    private final EngineOptions engineOptions = new EngineOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Override
    public Integer call() throws IOException {
        Recipe recipe = recipeOptions.recipe();
        Optional<ShardedTraining.Options> cut = shards.read();
        Console console = output.console();
        try (Engine engine = engineOptions.open()) {
            Training training = new Training(engine, console);
            if (cut.isPresent()) {
                return console.print(ShardedReport.of("Trained", training.trainShards(recipe, cut.get(), out.path())));
            }
            return console.print(RunReport.of("Trained", training.train(recipe, out.path())));
        }
    }
}
