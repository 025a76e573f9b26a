package org.expunge.unlearning.sharded;

import com.google.common.base.Suppliers;
import com.google.common.primitives.Doubles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.LoadedData;
import org.expunge.influence.data.Partition;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Digests;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.Recipe;
import org.expunge.influence.training.RunRow;
import org.expunge.influence.training.Split;
import org.expunge.influence.training.TrainingRun;
import org.expunge.unlearning.ForgetRequest;

/**
 * A finished sharded training on disk: {@code sharded.json} and, in {@code shards}, a {@link TrainingRun} a shard whose
 * checkpoints are the ends of its slices. Immutable; forgetting makes another run beside it, and the checkpoints that
 * saw a forgotten row are not in that one.
 *
 * <p>Validation and test rows are those of every shard; a training row is in one shard alone.
 *
 * <p><b>Cost.</b> Opening reads every file once for its digest. The rows are read on first use and then kept.
 */
public final class ShardedRun {
    private final Path path;
    private final ShardedInfo info;
    private final List<TrainingRun> shards;
    private final ShardedTraining training;
    private final Supplier<List<Partition>> raw = Suppliers.memoize(this::readRaw);

    private ShardedRun(Path path) throws IOException {
        this.path = path;
        this.info = ShardedFolder.readInfo(path);
        this.shards = ShardedFolder.open(path, info.shards());
        for (int s = 0; s < shards.size(); s++) {
            checkDigest(shards.get(s), info.digests().get(s));
        }
        this.training =
                new ShardedTraining(shards.get(0).recipe(), new ShardedTraining.Options(info.shards(), info.slices()));
    }

    private static void checkDigest(TrainingRun shard, String digest) throws IOException {
        if (!shard.digest().equals(digest)) {
            throw new BadInputException(
                    shard.path(), "has changed since the sharded run was made; restore it or make the run again");
        }
    }

    /** Returns whether a folder holds a finished sharded run, as opposed to a plain one. */
    public static boolean isAt(Path path) {
        return Files.isRegularFile(path.resolve(ShardedFolder.INFO));
    }

    /**
     * Trains every shard and writes the run. A training that was killed left {@code OUT.partial}; the same call goes on
     * from there to the same bits, and loses no shard that was finished.
     *
     * @param out the directory to appear, complete
     * @param recipe what each shard trains
     * @param options how the rows are cut
     * @param notes what to remember with each shard: numbers, texts, lists and maps of these
     * @param engine where it runs: each worker trains whole shards, so the bits do not depend on their number
     * @param progress told how far it is
     * @return the run
     * @throws java.nio.file.FileAlreadyExistsException if {@code out} exists
     * @throws BadInputException if the data are not what they should be, or {@code OUT.partial} is of another training
     * @throws IOException if something cannot be read or written; {@code out} then does not exist
     * @throws IllegalArgumentException if the rows cannot be cut this finely
     * @throws org.expunge.influence.training.DivergenceException if a training diverges
     */
    public static ShardedRun create(
            Path out,
            Recipe recipe,
            ShardedTraining.Options options,
            Map<String, Object> notes,
            Engine engine,
            ShardProgress progress)
            throws IOException {
        try {
            new ShardedBuilder(out, recipe.withAbsoluteSource(), options, engine).build(notes, progress);
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
     * @throws BadInputException if it is no finished run, a file is missing or has changed, or it was revoked; the
     *     message names it
     * @throws IOException if a file cannot be read
     */
    public static ShardedRun open(Path path) throws IOException {
        TrainingRun.refuseRevoked(path);
        return new ShardedRun(path);
    }

    /** Opens a finished run, also one that was revoked: to replay how its successor was made, and for nothing else. */
    public static ShardedRun openRevoked(Path path) throws IOException {
        return new ShardedRun(path);
    }

    /** Returns the directory. */
    public Path path() {
        return path;
    }

    /** Returns what holds the shards together. */
    public ShardedInfo info() {
        return info;
    }

    /** Returns what each shard trained. */
    public Recipe recipe() {
        return shards.get(0).recipe();
    }

    /** Returns how the rows were cut and trained. */
    public ShardedTraining training() {
        return training;
    }

    /** Returns the shards, each a run whose checkpoints are the ends of its slices. */
    public List<TrainingRun> shards() {
        return List.copyOf(shards);
    }

    /** Returns the models, ready to vote. */
    public ShardedModel model() {
        return ShardedModel.of(shards);
    }

    /** Returns the ids of the training rows that were taken out, shard by shard. */
    public Set<String> removedIds() {
        return shards.stream()
                .flatMap(shard -> shard.removedIds().stream())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /**
     * Returns the digest that derived runs record of this one.
     *
     * @return SHA-256 of {@code sharded.json}, which holds the digests of all shards
     * @throws IOException if it cannot be read
     */
    public String digest() throws IOException {
        return Digests.sha256(path.resolve(ShardedFolder.INFO));
    }

    /** Returns the digest of the models alone: equal models, equal digest, whenever they were trained. */
    public String modelDigest() {
        return Digests.sha256(Doubles.concat(
                shards.stream().map(TrainingRun::model).map(ShardedRun::numbers).toArray(double[][]::new)));
    }

    private static double[] numbers(Model model) {
        return Doubles.concat(model.parameters(), model.statistics());
    }

    /**
     * Returns the remaining training rows before normalisation, shard by shard.
     *
     * @throws UncheckedIOException if the data cannot be read, or are not those that the run was trained with
     */
    public Dataset train() {
        Dataset all = raw.get().get(0).train();
        for (Partition shard : raw.get().subList(1, shards.size())) {
            all = all.concat(shard.train());
        }
        return all;
    }

    /** Returns the validation rows before normalisation; see {@link #train} for errors. */
    public Dataset validation() {
        return raw.get().get(0).validation();
    }

    /** Returns the test rows before normalisation; see {@link #train} for errors. */
    public Dataset test() {
        return raw.get().get(0).test();
    }

    /** The source is read once, and each shard compares its rows with their tokens. */
    private List<Partition> readRaw() {
        try {
            LoadedData loaded = shards.get(0).load(); // all were laid out alike
            List<Partition> parts = new ArrayList<>();
            for (TrainingRun shard : shards) {
                parts.add(shard.raw(loaded));
            }
            return List.copyOf(parts);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Counts what forgetting rows would take. No row is read.
     *
     * @param ids ids of training rows
     * @return the shards to retrain, from which slice, and the rows that this takes
     * @throws IllegalArgumentException if there are no ids, or one is not a remaining training row
     */
    public ShardedPlan plan(Collection<String> ids) {
        List<String> trained = shards.stream()
                .flatMap(shard -> shard.rows().stream())
                .filter(row -> row.split() == Split.TRAIN && !row.isRemoved())
                .map(RunRow::id)
                .toList();
        return ShardedPlan.of(training, trained, ForgetRequest.of(ids), info.secondsPerRow());
    }

    /**
     * Forgets rows: retrains the shards that have some of them, each from the last slice before the first, and takes
     * over all others as they are. The result is bit for bit what training on the remaining rows gives.
     *
     * @param ids ids of training rows
     * @param out the run to appear, complete; may lie in a staging folder
     * @param engine where it runs
     * @param progress told how far it is
     * @return the new run; this one stays as it was, and still knows the rows until it is deleted
     * @throws IllegalArgumentException if there are no ids, one is not a remaining training row, or a shard would have
     *     no row in its first slice
     * @throws java.nio.file.FileAlreadyExistsException if {@code out} exists
     * @throws IOException if something cannot be read or written; {@code out} then does not exist
     */
    public ShardedRun forget(Collection<String> ids, Path out, Engine engine, ShardProgress progress)
            throws IOException {
        return forget(ids, Set.of(), out, engine, progress);
    }

    /**
     * Forgets training rows, and takes validation and test rows out of every shard's lists. No shard is retrained for
     * those.
     *
     * @param ids ids of training rows
     * @param held ids of validation and test rows; may be empty
     * @param out the run to appear, complete; may lie in a staging folder
     * @param engine where it runs
     * @param progress told how far it is
     * @return the new run
     * @throws IllegalArgumentException as without held rows, or if a held row is not one of this run
     * @throws IOException if something cannot be read or written; {@code out} then does not exist
     */
    public ShardedRun forget(Collection<String> ids, Set<String> held, Path out, Engine engine, ShardProgress progress)
            throws IOException {
        try {
            new ShardedRemoval(this, ids, held, engine).write(out, progress);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return open(out);
    }

    /** Returns the remaining raw rows of each shard, with the validation and test rows. */
    List<Partition> raw() {
        return raw.get();
    }
}
