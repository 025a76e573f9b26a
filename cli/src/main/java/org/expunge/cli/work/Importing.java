package org.expunge.cli.work;

import java.io.IOException;
import java.nio.file.Path;
import org.expunge.cli.render.Console;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.network.dl4j.Dl4jZip;
import org.expunge.influence.training.Recipe;
import org.expunge.influence.training.TrainingRun;

/** Makes a run of a model zip. */
public final class Importing {
    private final Engine engine;
    private final Console console;

    /** Evaluates the model on {@code engine}, which stays the caller's to close. */
    public Importing(Engine engine, Console console) {
        this.engine = engine;
        this.console = console;
    }

    /**
     * Imports. What the zip holds beyond the model comes out as warnings.
     *
     * @param recipe the rows, the file and how the model was trained as far as that is known
     * @param out the run to appear
     * @return the run
     * @throws IOException if something cannot be read or written; {@code out} then does not exist
     */
    public TrainingRun run(Recipe recipe, Path out) throws IOException {
        TrainingRun run =
                TrainingRun.imported(out, recipe, Drill.notesOf(recipe.data().source()), engine);
        Dl4jZip.read(Path.of(recipe.model().file()), run.info().input())
                .warnings()
                .forEach(console::warn);
        return run;
    }
}
