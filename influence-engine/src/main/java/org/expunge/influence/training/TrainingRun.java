package org.expunge.influence.training;

import com.google.common.base.Suppliers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.LoadedData;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.Partition;
import org.expunge.influence.data.RowHasher;
import org.expunge.influence.data.TableLayout;
import org.expunge.influence.io.AtomicFiles;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Digests;
import org.expunge.influence.io.Json;
import org.expunge.influence.network.Model;

/**
 * A finished training on disk: the recipe, what is known of each row, the normalisation, the checkpoints with the model
 * as the last of them, and the figures. Immutable; forgetting or sanitizing makes another run beside it.
 *
 * <p>The data themselves stay where they came from. A run reads them again when they are first asked for and compares
 * every remaining row with its keyed hash; once the key file is deleted, only ids and labels are compared.
 *
 * <p><b>Cost.</b> Opening reads every file once for its digest. The rows are read on first use and then kept.
 */
public final class TrainingRun {
    /** The note of a run that was trained here: rows taken forward and backward in a second of its training. */
    public static final String RATE = "rowsPerSecond";

    private final Path path;
    private final RunInfo info;
    private final Recipe recipe;
    private final List<RunRow> rows;
    private final Normalizer normalizer;
    private final Optional<TableLayout> layout;
    private final RunData data;
    private final RunMetrics metrics;
    private final Model model;
    private final CheckpointFiles checkpointFiles;
    private final List<CheckpointFiles.Entry> checkpoints;
    private final Supplier<Partition> raw = Suppliers.memoize(this::readRaw);
    private final Supplier<Partition> normalised = Suppliers.memoize(this::normalise);

    private TrainingRun(Path path) throws IOException {
        this.path = path;
        this.info = RunDirectory.check(path);
        this.recipe = RunDirectory.readRecipe(path);
        this.rows = List.copyOf(RowsFile.read(path.resolve(RunDirectory.ROWS)));
        this.normalizer = RunDirectory.readNormalizer(path);
        this.layout = RunDirectory.readLayout(path);
        this.data = new RunData(path, recipe.data().source(), layout);
        this.metrics = Json.read(path.resolve(RunDirectory.METRICS), RunMetrics.class);
        this.model = RunDirectory.readModel(path, info);
        this.checkpointFiles = new CheckpointFiles(path);
        this.checkpoints = checkpointFiles.readList();
    }

    /**
     * Trains by a recipe and writes the run. A training that was killed left {@code OUT.partial}; the same call goes on
     * from there to the same bits.
     *
     * @param out the directory to appear, complete
     * @param recipe what to train; a relative path of its data is resolved against the working directory
     * @param engine where it runs; stays the caller's to close
     * @param listener told of steps, checkpoints and epochs
     * @return the run
     * @throws java.nio.file.FileAlreadyExistsException if {@code out} exists
     * @throws BadInputException if the data are not what they should be, or {@code OUT.partial} is of another training
     * @throws IOException if something cannot be read or written; {@code out} then does not exist
     * @throws IllegalArgumentException if the rows cannot be trained on; nothing is left behind
     * @throws DivergenceException if the training diverges; nothing is left behind
     */
    public static TrainingRun create(Path out, Recipe recipe, Engine engine, TrainingListener listener)
            throws IOException {
        return create(out, recipe, Map.of(), engine, listener);
    }

    /**
     * Trains by a recipe, writes the run, and keeps notes with it.
     *
     * @param out the directory to appear, complete
     * @param recipe what to train
     * @param notes what to remember, such as an attack on the rows: numbers, texts, lists and maps of these
     * @param engine where it runs; stays the caller's to close
     * @param listener told of steps, checkpoints and epochs
     * @return the run
     * @throws IOException as for {@link #create(Path, Recipe, Engine, TrainingListener)}
     */
    public static TrainingRun create(
            Path out, Recipe recipe, Map<String, Object> notes, Engine engine, TrainingListener listener)
            throws IOException {
        try {
            new RunBuilder(out, recipe.withAbsoluteSource(), engine, RunBuilder.SAVE_EVERY).build(notes, listener);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return open(out);
    }

    /**
     * Writes the run of a model that was trained elsewhere: the last of its checkpoints and the only one.
     *
     * @param out the directory to appear, complete
     * @param recipe the rows, the normalisation that the model expects, and how it was trained as far as that is known;
     *     its model is a file
     * @param notes what to remember: numbers, texts, lists and maps of these
     * @param engine evaluates the model
     * @return the run
     * @throws IllegalArgumentException if the recipe's model is no file
     * @throws java.nio.file.FileAlreadyExistsException if {@code out} exists
     * @throws BadInputException if the file or the data are not what they should be
     * @throws IOException if something cannot be read or written; {@code out} then does not exist
     */
    public static TrainingRun imported(Path out, Recipe recipe, Map<String, Object> notes, Engine engine)
            throws IOException {
        try {
            RunWriter.imported(out, recipe.withAbsoluteSource(), notes, engine);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return open(out);
    }

    /**
     * Opens a finished run and checks its files against their digests.
     *
     * @param path the directory
     * @return the run
     * @throws BadInputException if it is no finished run, a file is missing or has changed, or the run was revoked; the
     *     message names it
     * @throws IOException if a file cannot be read
     */
    public static TrainingRun open(Path path) throws IOException {
        refuseRevoked(path);
        return new TrainingRun(path);
    }

    /**
     * Refuses a run of any kind that was revoked.
     *
     * @param path the directory
     * @throws BadInputException if it was; the message says why and what to use instead
     * @throws IOException if that cannot be read
     */
    public static void refuseRevoked(Path path) throws IOException {
        Path mark = path.resolve(RunDirectory.REVOKED);
        if (Files.exists(mark)) {
            throw new BadInputException(
                    path, "was revoked: " + Files.readString(mark).strip());
        }
    }

    /**
     * Opens a finished run, also one that was revoked: to hold its successor against it or to replay how that was made,
     * and for nothing else.
     *
     * @throws IOException as {@link #open}
     */
    public static TrainingRun openRevoked(Path path) throws IOException {
        return new TrainingRun(path);
    }

    /**
     * Marks a run so that {@link #open} refuses it. Its files stay as they are.
     *
     * @param path the directory
     * @param reason what {@code open} is to say: why, and what to use instead
     * @throws IOException if it cannot be written
     */
    public static void revoke(Path path, String reason) throws IOException {
        AtomicFiles.writeString(path.resolve(RunDirectory.REVOKED), reason + "\n");
    }

    /** Returns the directory. */
    public Path path() {
        return path;
    }

    /** Returns who made the run, when and with what. */
    public RunInfo info() {
        return info;
    }

    /** Returns what was trained and how. */
    public Recipe recipe() {
        return recipe;
    }

    /** Returns the normalisation that the model expects. */
    public Normalizer normalizer() {
        return normalizer;
    }

    /** Returns how the cells of a table become numbers; nothing where the rows come from no table. */
    public Optional<TableLayout> layout() {
        return layout;
    }

    /**
     * Fits the layout of a table anew, as if rows had never been among the training rows.
     *
     * @param ids rows that are to go
     * @return the layout; nothing where the rows come from no table
     * @throws UncheckedIOException if the data cannot be read
     */
    public Optional<TableLayout> layoutWithout(Set<String> ids) {
        Set<String> remaining = rows.stream()
                .filter(row -> row.split() == Split.TRAIN && !row.isRemoved() && !ids.contains(row.id()))
                .map(RunRow::id)
                .collect(Collectors.toSet());
        try {
            return data.fitted(remaining);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the figures. */
    public RunMetrics metrics() {
        return metrics;
    }

    /** Returns every row, also those removed, in the order of the parts. */
    public List<RunRow> rows() {
        return rows;
    }

    /** Returns what hashes a row's content as {@link RunRow#token} has it; nothing once the key file was deleted. */
    public Optional<RowHasher> rowHasher() throws IOException {
        return data.hasher();
    }

    /** Returns the ids of the rows that were taken out, in the order of {@link #rows}. */
    public Set<String> removedIds() {
        return rows.stream()
                .filter(RunRow::isRemoved)
                .map(RunRow::id)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /**
     * Returns the digest that derived runs record of this one.
     *
     * @return SHA-256 of {@code run.json}, which holds the digests of all other files
     * @throws IOException if it cannot be read
     */
    public String digest() throws IOException {
        return Digests.sha256(path.resolve(RunDirectory.INFO));
    }

    /** Returns the model. */
    public Model model() {
        return model;
    }

    /**
     * Returns the way to the model, which is the last of them. A model that was not trained here has one.
     *
     * @return checkpoints in the order of the training; each is read when the list is asked for it, and a file that
     *     cannot be read then ends in an {@link UncheckedIOException}
     */
    public List<Checkpoint> checkpoints() {
        return checkpointFiles.lazy(checkpoints, model.network());
    }

    /**
     * Returns the remaining rows before normalisation.
     *
     * @return training, validation and test rows
     * @throws UncheckedIOException if the data cannot be read, or are not those that the run was trained with; the
     *     message names the row
     */
    public Partition raw() {
        return raw.get();
    }

    /**
     * Returns the remaining rows before normalisation, as another run reads them.
     *
     * @param other the layout of the other run; nothing for this run's own
     * @return training, validation and test rows
     * @throws UncheckedIOException as for {@link #raw()}
     */
    public Partition raw(Optional<TableLayout> other) {
        Partition own = raw();
        if (other.isEmpty() || other.equals(layout)) {
            return own;
        }
        try {
            return data.reread(rows, other.get());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads the source as this run does, rows that are not the run's included.
     *
     * @throws IOException if it cannot be read
     */
    public LoadedData load() throws IOException {
        return data.load();
    }

    /**
     * Returns the remaining rows before normalisation, from data that are read already: several runs may share them.
     *
     * @param loaded what the recipe's source gave
     * @return training, validation and test rows
     * @throws BadInputException if they are not those that the run was trained with; the message names the row
     * @throws IOException if the key of the rows' tokens cannot be read
     */
    public Partition raw(LoadedData loaded) throws IOException {
        return data.collect(rows, loaded);
    }

    /** Returns the remaining training rows, normalised; see {@link #raw} for errors. */
    public Dataset train() {
        return normalised.get().train();
    }

    /** Returns the remaining validation rows, normalised; see {@link #raw} for errors. */
    public Dataset validation() {
        return normalised.get().validation();
    }

    /** Returns the remaining test rows, normalised; see {@link #raw} for errors. */
    public Dataset test() {
        return normalised.get().test();
    }

    /** Returns the remaining training rows before normalisation; see {@link #raw} for errors. */
    public Dataset rawTrain() {
        return raw().train();
    }

    private Partition normalise() {
        return new Partition(
                normalizer.apply(raw().train()), normalizer.apply(raw().validation()), normalizer.apply(raw().test()));
    }

    private Partition readRaw() {
        try {
            return data.collect(rows);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Writes the run that comes after this one: the same recipe, rows taken out, another model.
     *
     * @param out the directory to appear, complete
     * @param derivation what is different
     * @param engine evaluates the model on the rows that remain
     * @return the new run
     * @throws IllegalArgumentException if an id is not a row of this run, no training row would remain, or the model is
     *     of another network
     * @throws java.nio.file.FileAlreadyExistsException if {@code out} exists
     * @throws IOException if something cannot be read or written; {@code out} then does not exist
     */
    public TrainingRun derive(Path out, Derivation derivation, Engine engine) throws IOException {
        return derive(out, derivation, engine, directory -> {});
    }

    /**
     * As {@link #derive(Path, Derivation, Engine)}, with further files that appear together with the run.
     *
     * @param further writes them into the directory
     */
    public TrainingRun derive(Path out, Derivation derivation, Engine engine, AtomicFiles.DirectoryAction further)
            throws IOException {
        new DerivedRun(this, data, checkpoints.get(checkpoints.size() - 1)).write(out, derivation, engine, further);
        return open(out);
    }
}
