package org.expunge.influence.training;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.Partition;
import org.expunge.influence.data.RowHasher;
import org.expunge.influence.io.AtomicFiles;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Json;
import org.expunge.influence.io.WriterLock;
import org.expunge.influence.network.Model;
import org.jspecify.annotations.Nullable;

/**
 * Trains into {@code NAME.partial} and gives it its name once it is complete.
 *
 * <p>The order of writing makes every moment of a kill safe: inputs appear in one step; then checkpoints and states;
 * {@code run.json} is the last file written, and a directory that has it needs only the move.
 */
final class RunBuilder {
    /** A kill costs at most this much work; saving costs milliseconds. */
    static final Duration SAVE_EVERY = Duration.ofSeconds(5);

    private final Path out;
    private final Path partial;
    private final Recipe recipe;
    private final Engine engine;
    private final Duration saveEvery;
    private final CheckpointFiles checkpoints;
    private final StateFiles states;
    private final List<String> engines = new ArrayList<>();

    RunBuilder(Path out, Recipe recipe, Engine engine, Duration saveEvery) {
        this.out = out;
        this.partial = out.resolveSibling(out.getFileName() + ".partial");
        this.recipe = recipe;
        this.engine = engine;
        this.saveEvery = saveEvery;
        this.checkpoints = new CheckpointFiles(partial);
        this.states = new StateFiles(partial, checkpoints);
    }

    void build(Map<String, Object> notes, TrainingListener listener) throws IOException {
        AtomicFiles.refuseExisting(out);
        Partition raw = recipe.data().load(recipe.seeds());
        Normalizer normalizer = Normalizer.fit(raw.train(), recipe.data().normalization());
        Partition parts = new Partition(
                normalizer.apply(raw.train()), normalizer.apply(raw.validation()), normalizer.apply(raw.test()));
        Trainer trainer = new Trainer(engine, recipe.training());
        trainer.check(parts.train(), parts.validation());
        Model initial = recipe.initialModel(parts.train());
        openPartial(raw, normalizer, initial);
        try (FileChannel channel =
                FileChannel.open(states.lockFile(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            WriterLock.take(channel, partial);
            if (!Files.exists(partial.resolve(RunDirectory.INFO))) {
                Rate rate = new Rate(listener);
                TrainingResult result = train(trainer, initial, parts, rate);
                finish(result, parts, rate.noted(notes, recipe.training().batchSize()));
            }
            states.delete();
        }
        AtomicFiles.publish(partial, out);
    }

    /** Makes the directory, or checks that the one that is there began the same training. */
    private void openPartial(Partition raw, Normalizer normalizer, Model initial) throws IOException {
        if (Files.exists(partial)) {
            deleteLeftovers();
            checkSameTraining(raw);
        } else {
            AtomicFiles.directory(partial, directory -> {
                RowHasher hasher = RowHasher.createKeyFile(directory.resolve(RunDirectory.KEY));
                RunDirectory.writeInputs(
                        directory,
                        recipe,
                        RowsFile.list(raw, hasher),
                        normalizer,
                        raw.train().layout());
                RunDirectory.writeModel(directory, recipe, initial); // a network that DL4J lacks is refused here
            });
        }
        states.createFolder();
    }

    private void checkSameTraining(Partition raw) throws IOException {
        if (!RunDirectory.isOf(partial, recipe)) {
            throw otherTraining("by another recipe");
        }
        RowHasher hasher = RowHasher.fromKeyFile(partial.resolve(RunDirectory.KEY));
        if (!RowsFile.read(partial.resolve(RunDirectory.ROWS)).equals(RowsFile.list(raw, hasher))) {
            throw otherTraining("on other rows");
        }
    }

    /** A kill can leave the temporary neighbour of a file that was being written. */
    private void deleteLeftovers() throws IOException {
        List<Path> leftovers;
        try (Stream<Path> files = Files.walk(partial)) {
            leftovers = files.filter(file -> file.getFileName().toString().matches("\\..*\\.tmp"))
                    .toList();
        }
        for (Path file : leftovers) {
            Files.delete(file);
        }
    }

    private BadInputException otherTraining(String how) {
        return new BadInputException(
                partial, "holds an unfinished training " + how + "; delete it or choose another output directory");
    }

    private TrainingResult train(Trainer trainer, Model initial, Partition parts, TrainingListener listener)
            throws IOException {
        StateFiles.@Nullable Loaded loaded = states.load(initial.network());
        if (loaded != null) {
            engines.addAll(loaded.engines());
        }
        if (!engines.contains(RunInfo.describe(engine))) {
            engines.add(RunInfo.describe(engine));
        }
        TrainingListener saver = new Saver(listener);
        try {
            return loaded == null
                    ? trainer.train(initial, parts.train(), parts.validation(), saver)
                    : trainer.resume(loaded.state(), parts.train(), parts.validation(), saver);
        } catch (DivergenceException e) {
            MoreFiles.deleteRecursively(partial, RecursiveDeleteOption.ALLOW_INSECURE); // it would diverge again
            throw e;
        }
    }

    private void finish(TrainingResult result, Partition parts, Map<String, Object> notes) throws IOException {
        Checkpoint last = result.checkpoints().get(result.checkpoints().size() - 1);
        checkpoints.write(last);
        checkpoints.writeList(result.checkpoints());
        RunMetrics metrics = RunMetrics.of(engine, result.model(), parts, result.metrics());
        Json.write(partial.resolve(RunDirectory.METRICS), metrics);
        RunDirectory.writeModel(partial, recipe, result.model());
        RunDirectory.writeInfo(partial, recipe, parts.train(), engines, null, notes);
    }

    /** Counts the steps of this process and the time that they took. */
    private static final class Rate implements TrainingListener {
        private final TrainingListener next;
        private final long start = System.nanoTime();
        private long steps;
        private long last = start;

        Rate(TrainingListener next) {
            this.next = next;
        }

        @Override
        public void onCheckpoint(Checkpoint checkpoint) {
            next.onCheckpoint(checkpoint);
        }

        @Override
        public void onEpoch(EpochMetrics metrics) {
            next.onEpoch(metrics);
        }

        @Override
        public void onStep(Progress progress, Supplier<TrainingState> state) {
            steps++;
            last = System.nanoTime();
            next.onStep(progress, state);
        }

        Map<String, Object> noted(Map<String, Object> notes, int batchSize) {
            if (steps == 0) {
                return notes;
            }
            Map<String, Object> noted = new HashMap<>(notes);
            noted.put(TrainingRun.RATE, steps * batchSize / ((last - start) * 1e-9));
            return noted;
        }
    }

    /** Writes checkpoints as they come and states now and then. */
    private final class Saver implements TrainingListener {
        private final TrainingListener next;
        private long savedAt = System.nanoTime();

        Saver(TrainingListener next) {
            this.next = next;
        }

        @Override
        public void onCheckpoint(Checkpoint checkpoint) {
            try {
                checkpoints.write(checkpoint);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            next.onCheckpoint(checkpoint);
        }

        @Override
        public void onEpoch(EpochMetrics metrics) {
            next.onEpoch(metrics);
        }

        @Override
        public void onStep(Progress progress, Supplier<TrainingState> state) {
            if (System.nanoTime() - savedAt >= saveEvery.toNanos()) {
                try {
                    states.save(state.get(), engines);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                savedAt = System.nanoTime();
            }
            next.onStep(progress, state);
        }
    }
}
