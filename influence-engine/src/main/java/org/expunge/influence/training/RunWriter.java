package org.expunge.influence.training;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.Partition;
import org.expunge.influence.data.RowHasher;
import org.expunge.influence.io.AtomicFiles;
import org.expunge.influence.io.Json;
import org.jspecify.annotations.Nullable;

/**
 * Writes in one go the run of a model that is there already: one trained in memory, derived or imported.
 *
 * @param recipe what was trained and how
 * @param raw the rows that remain, before normalisation
 * @param normalizer the normalisation that the model expects
 * @param checkpoints the way to the model, which is the last of them
 * @param epochs how each epoch went, if that is known
 * @param origin what the model was made from; null for a training
 * @param notes what its maker wants to be remembered: numbers, texts, lists and maps of these
 */
public record RunWriter(
        Recipe recipe,
        Partition raw,
        Normalizer normalizer,
        List<Checkpoint> checkpoints,
        List<EpochMetrics> epochs,
        RunInfo.@Nullable Origin origin,
        Map<String, Object> notes) {

    /** Copies the collections. */
    public RunWriter {
        checkpoints = List.copyOf(checkpoints);
        epochs = List.copyOf(epochs);
        notes = Map.copyOf(notes);
    }

    /** A training that took place in memory; the parameters are those of the record. */
    public static RunWriter trained(
            Recipe recipe,
            Partition raw,
            Normalizer normalizer,
            List<Checkpoint> checkpoints,
            List<EpochMetrics> epochs,
            Map<String, Object> notes) {
        return new RunWriter(recipe, raw, normalizer, checkpoints, epochs, null, notes);
    }

    /** Puts a key file into the directory, if there is one, and lists the rows with their tokens. */
    @FunctionalInterface
    interface RowsAndKey {
        List<RunRow> write(Path directory) throws IOException;
    }

    /** Writes the run of a model file. */
    static void imported(Path out, Recipe recipe, Map<String, Object> notes, Engine engine) throws IOException {
        AtomicFiles.refuseExisting(out);
        checkArgument(
                recipe.model().preset() == ModelRecipe.Preset.FILE,
                "only a model file can be imported, but the recipe names %s",
                recipe.model().preset());
        Partition raw = recipe.data().load(recipe.seeds());
        Normalizer normalizer = Normalizer.fit(raw.train(), recipe.data().normalization());
        TrainingOptions options = recipe.training();
        Checkpoint only = new Checkpoint(
                0,
                0,
                options.schedule().learningRate(),
                options.batchSize(),
                recipe.model().model(raw.train()));
        RunInfo.Origin origin = new RunInfo.Origin("import", "", "", 0);
        new RunWriter(recipe, raw, normalizer, List.of(only), List.of(), origin, notes).write(out, engine);
    }

    /**
     * Writes the run, with a new key for the rows' tokens.
     *
     * @param out the directory to appear, complete
     * @param engine evaluates the model
     * @throws java.nio.file.FileAlreadyExistsException if {@code out} exists
     * @throws IOException if it cannot be written; {@code out} then does not exist
     */
    public void write(Path out, Engine engine) throws IOException {
        write(
                out,
                engine,
                directory -> RowsFile.list(raw, RowHasher.createKeyFile(directory.resolve(RunDirectory.KEY))));
    }

    void write(Path out, Engine engine, RowsAndKey rows) throws IOException {
        Checkpoint last = checkpoints.get(checkpoints.size() - 1);
        Partition parts = new Partition(
                normalizer.apply(raw.train()), normalizer.apply(raw.validation()), normalizer.apply(raw.test()));
        RunMetrics metrics = RunMetrics.of(engine, last.model(), parts, epochs);
        AtomicFiles.directory(out, directory -> {
            RunDirectory.writeInputs(
                    directory,
                    recipe,
                    rows.write(directory),
                    normalizer,
                    raw.train().layout());
            CheckpointFiles files = new CheckpointFiles(directory);
            for (Checkpoint checkpoint : checkpoints) {
                files.write(checkpoint);
            }
            files.writeList(checkpoints);
            Json.write(directory.resolve(RunDirectory.METRICS), metrics);
            RunDirectory.writeModel(directory, recipe, last.model());
            RunDirectory.writeInfo(directory, recipe, parts.train(), List.of(RunInfo.describe(engine)), origin, notes);
        });
    }
}
