package org.expunge.cli.work;

import java.io.IOException;
import java.nio.file.Path;
import org.expunge.cli.render.Console;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.training.Recipe;
import org.expunge.influence.training.TrainingRun;

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
        return console.metered(
                "training " + out.getFileName(),
                meter -> TrainingRun.create(
                        out, recipe, Drill.notesOf(recipe.data().source()), engine, new MeteredTraining(meter)));
    }
}
