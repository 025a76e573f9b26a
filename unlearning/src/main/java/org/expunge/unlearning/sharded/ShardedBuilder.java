package org.expunge.unlearning.sharded;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Partition;
import org.expunge.influence.io.AtomicFiles;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.WriterLock;
import org.expunge.influence.retraining.Retrainings;
import org.expunge.influence.training.DivergenceException;
import org.expunge.influence.training.Recipe;
import org.expunge.influence.training.RunRow;
import org.expunge.influence.training.RunWriter;
import org.expunge.influence.training.TrainingRun;

/**
 * Trains into {@code NAME.partial}, where each shard appears complete, and gives it its name once all are there.
 * {@code sharded.json} is the last file written.
 */
final class ShardedBuilder {
    private final Path out;
    private final Path partial;
    private final Recipe recipe;
    private final ShardedTraining training;
    private final Engine engine;

    ShardedBuilder(Path out, Recipe recipe, ShardedTraining.Options options, Engine engine) {
        this.out = out;
        this.partial = out.resolveSibling(out.getFileName() + ".partial");
        this.recipe = recipe;
        this.training = new ShardedTraining(recipe, options);
        this.engine = engine;
    }

    void build(Map<String, Object> notes, ShardProgress progress) throws IOException {
        AtomicFiles.refuseExisting(out);
        Partition raw = recipe.data().load(recipe.seeds());
        training.check(raw.train());
        Files.createDirectories(ShardedFolder.shards(partial));
        Path lockFile = partial.resolve("lock");
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            WriterLock.take(channel, partial);
            deleteLeftovers();
            trainAll(raw, notes, progress);
            ShardedFolder.writeInfo(partial, training.options(), raw, engine, null);
            Files.delete(lockFile);
        }
        AtomicFiles.publish(partial, out);
    }

    /** A kill can leave the temporary neighbour of a shard that was being written. */
    private void deleteLeftovers() throws IOException {
        List<Path> leftovers;
        try (Stream<Path> folders = Files.list(ShardedFolder.shards(partial))) {
            leftovers = folders.filter(folder -> folder.getFileName().toString().matches("\\..*\\.tmp"))
                    .toList();
        }
        for (Path folder : leftovers) {
            MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
        }
    }

    private void trainAll(Partition raw, Map<String, Object> notes, ShardProgress progress) throws IOException {
        int count = training.options().shards();
        long total = 0;
        for (int s = 0; s < count; s++) {
            total += rowPasses(training.shard(raw.train(), s));
        }
        LongConsumer onRows = progress.counting(total);
        try {
            Retrainings.forEach(engine, count, (single, s) -> {
                Dataset rows = training.shard(raw.train(), s);
                Partition parts = new Partition(rows, raw.validation(), raw.test());
                try {
                    train(single, s, parts, notes, onRows);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (DivergenceException e) {
            MoreFiles.deleteRecursively(partial, RecursiveDeleteOption.ALLOW_INSECURE); // it would diverge again
            throw e;
        }
    }

    private void train(Engine single, int shard, Partition parts, Map<String, Object> notes, LongConsumer onRows)
            throws IOException {
        Path folder = ShardedFolder.shard(partial, shard);
        long passes = rowPasses(parts.train());
        if (Files.exists(folder)) {
            checkSame(TrainingRun.open(folder), parts);
            onRows.accept(passes);
            return;
        }
        long start = System.nanoTime();
        ShardResult result = training.train(single, shard, parts.train(), null, onRows);
        double seconds = (System.nanoTime() - start) * 1e-9;
        ShardedTraining.Options options = training.options();
        ShardNotes own = new ShardNotes(shard, options.shards(), options.slices(), seconds, passes);
        RunWriter.trained(recipe, parts, result.normalizer(), result.checkpoints(), result.epochs(), own.among(notes))
                .write(folder, single);
    }

    private long rowPasses(Dataset rows) {
        return training.rowPasses(training.sliceSizes(rows.ids()), 0);
    }

    private void checkSame(TrainingRun shard, Partition parts) throws IOException {
        ShardNotes notes = ShardNotes.of(shard);
        boolean isSame = shard.recipe().toYaml().equals(recipe.toYaml())
                && notes.shards() == training.options().shards()
                && notes.slices() == training.options().slices()
                && shard.rows().stream().map(RunRow::id).toList().equals(ids(parts));
        if (!isSame) {
            throw new BadInputException(
                    partial,
                    "holds an unfinished training by another recipe or on other rows; delete it or choose another"
                            + " output directory");
        }
        shard.raw(); // compares every row with its token
    }

    private static List<String> ids(Partition parts) {
        return Stream.of(parts.train(), parts.validation(), parts.test())
                .flatMap(part -> part.ids().stream())
                .toList();
    }
}
