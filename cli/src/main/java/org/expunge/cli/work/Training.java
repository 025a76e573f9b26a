package org.expunge.cli.work;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.expunge.cli.render.Console;
import org.expunge.cli.render.Numbers;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.training.Metrics;
import org.expunge.influence.training.Recipe;
import org.expunge.influence.training.TrainingRun;
import org.expunge.unlearning.sharded.ShardedRun;
import org.expunge.unlearning.sharded.ShardedTraining;
import org.expunge.unlearning.sharded.VoteMetrics;

/** Trains by a recipe into a run directory, and shows how it goes. */
public final class Training {
    private final Engine engine;
    private final Console console;

    /** Trains on {@code engine}, which stays the caller's to close. */
    public Training(Engine engine, Console console) {
        this.engine = engine;
        this.console = console;
    }

    /**
     * Trains. Where the data are the work of {@code attack}, the run remembers which rows are adversarial.
     *
     * @param recipe what to train
     * @param out the run to appear
     * @return the run
     * @throws IOException if something cannot be read or written; {@code out} then does not exist
     */
    public TrainingRun train(Recipe recipe, Path out) throws IOException {
        TrainingRun run = console.metered(
                "training " + out.getFileName(),
                meter -> TrainingRun.create(
                        out, recipe, Drill.notesOf(recipe.data().source()), engine, new MeteredTraining(meter)));
        Metrics train = run.metrics().last().get("train");
        Double accuracy = train == null ? null : train.accuracy();
        if (accuracy != null) {
            warnAtChance(accuracy, run.rawTrain());
        }
        return run;
    }

    /**
     * Trains one model a shard of the rows.
     *
     * @param recipe what each shard trains
     * @param cut how the rows are cut
     * @param out the run to appear
     * @return the run
     * @throws IOException if something cannot be read or written; {@code out} then does not exist
     */
    public ShardedRun trainShards(Recipe recipe, ShardedTraining.Options cut, Path out) throws IOException {
        ShardedRun run = console.metered(
                "training " + out.getFileName(),
                meter -> ShardedRun.create(
                        out, recipe, cut, Drill.notesOf(recipe.data().source()), engine, new MeteredShards(meter)));
        VoteMetrics train = run.info().metrics().get("train");
        if (train != null) {
            warnAtChance(train.majority(), run.train());
        }
        return run;
    }

    /** A model that guesses has nothing to tell about its rows. */
    private void warnAtChance(double accuracy, Dataset rows) {
        if (rows.classes() == 0) {
            return;
        }
        int[] counts = new int[rows.classes()];
        for (int i = 0; i < rows.size(); i++) {
            counts[rows.label(i)]++;
        }
        double largest = Arrays.stream(counts).max().orElse(0) / (double) rows.size();
        if (accuracy <= largest) {
            console.warn("the model gets " + Numbers.percent(accuracy) + " of its training rows right, and naming the "
                    + "largest class gets " + Numbers.percent(largest)
                    + "; train longer or with another --learning-rate before asking it about its rows");
        }
    }
}
