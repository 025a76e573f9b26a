package org.expunge.influence.training;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import com.google.common.primitives.Doubles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Digests;
import org.expunge.influence.io.Json;
import org.expunge.influence.io.Npy;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.jspecify.annotations.Nullable;

/**
 * The folder {@code state} of an unfinished run: where its training stood, to the bit. A save either replaces the one
 * before or leaves it.
 */
final class StateFiles {
    private static final String STATE = "state.json";

    /** What is not a vector; {@code vectors} names the file of the others, and {@code digest} is its SHA-256. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Saved(
            int iteration,
            int epoch,
            int position,
            double lossSum,
            int optimizerStates,
            List<CheckpointFiles.Entry> checkpoints,
            CheckpointFiles.@Nullable Entry best,
            List<EpochMetrics> metrics,
            List<String> engines,
            String vectors,
            String digest) {}

    /** A state and the engines that led to it. */
    record Loaded(TrainingState state, List<String> engines) {}

    private final Path folder;
    private final CheckpointFiles checkpoints;

    StateFiles(Path run, CheckpointFiles checkpoints) {
        this.folder = run.resolve(RunDirectory.STATE);
        this.checkpoints = checkpoints;
    }

    /** Returns the file whose lock belongs to whoever trains. */
    Path lockFile() {
        return folder.resolve("lock");
    }

    void createFolder() throws IOException {
        Files.createDirectories(folder);
    }

    void delete() throws IOException {
        if (Files.exists(folder)) {
            MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
        }
    }

    /** Saves a state whose checkpoints are on disk already. */
    void save(TrainingState state, List<String> engines) throws IOException {
        List<double[]> vectors = new ArrayList<>();
        vectors.add(state.model().parameters());
        vectors.add(state.model().statistics());
        vectors.addAll(state.optimizer());
        Checkpoint best = state.best();
        if (best != null) {
            vectors.add(best.model().parameters());
            vectors.add(best.model().statistics());
        }
        Path file = folder.resolve("vectors-" + state.iteration() + ".npy");
        CheckpointFiles.writeVector(file, Doubles.concat(vectors.toArray(new double[0][])));
        Saved saved = new Saved(
                state.iteration(),
                state.epoch(),
                state.position(),
                state.lossSum(),
                state.optimizer().size(),
                state.checkpoints().stream().map(CheckpointFiles.Entry::of).toList(),
                best == null ? null : CheckpointFiles.Entry.of(best),
                state.metrics(),
                engines,
                file.getFileName().toString(),
                Digests.sha256(file));
        Json.write(folder.resolve(STATE), saved);
        deleteOthers(file);
    }

    private void deleteOthers(Path current) throws IOException {
        List<Path> old;
        try (Stream<Path> files = Files.list(folder)) {
            old = files.filter(file -> file.getFileName().toString().endsWith(".npy"))
                    .filter(file -> !file.getFileName().equals(current.getFileName()))
                    .toList();
        }
        for (Path file : old) {
            Files.delete(file);
        }
    }

    /** Returns the last state saved, or null if there is none. */
    @Nullable
    Loaded load(Network network) throws IOException {
        if (!Files.exists(folder.resolve(STATE))) {
            return null;
        }
        Saved saved = Json.read(folder.resolve(STATE), Saved.class);
        Path file = folder.resolve(saved.vectors());
        if (!Digests.sha256(file).equals(saved.digest())) {
            throw new BadInputException(file, "has changed since it was saved; delete " + folder + " to start over");
        }
        Vectors vectors = new Vectors(file, network);
        Model model = vectors.model();
        List<double[]> optimizer = new ArrayList<>();
        for (int i = 0; i < saved.optimizerStates(); i++) {
            optimizer.add(vectors.next(network.layout().length()));
        }
        CheckpointFiles.Entry best = saved.best();
        TrainingState state = new TrainingState(
                saved.iteration(),
                saved.epoch(),
                saved.position(),
                saved.lossSum(),
                model,
                optimizer,
                checkpoints.readAll(saved.checkpoints(), network),
                saved.metrics(),
                best == null ? null : best.with(vectors.model()));
        return new Loaded(state, saved.engines());
    }

    /** Takes vectors one after the other off a file. */
    private static final class Vectors {
        private final Path file;
        private final Network network;
        private final double[] values;
        private int position;

        Vectors(Path file, Network network) throws IOException {
            this.file = file;
            this.network = network;
            this.values = Npy.read(file).toDoubles();
        }

        Model model() throws BadInputException {
            double[] parameters = next(network.layout().length());
            return new Model(network, parameters, next(network.statistics().length()));
        }

        double[] next(int length) throws BadInputException {
            if (position + length > values.length) {
                throw new BadInputException(file, "has " + values.length + " numbers, fewer than the network needs");
            }
            position += length;
            return Arrays.copyOfRange(values, position - length, position);
        }
    }
}
