package org.expunge.influence.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Json;
import org.expunge.influence.io.Npy;
import org.expunge.influence.io.NpyArray;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;

/** The folder {@code checkpoints}: NPY files of flat parameters and running statistics, and the list of them. */
final class CheckpointFiles {
    private static final String FOLDER = "checkpoints";
    private static final String LIST = "checkpoints.json";

    /** What the list says of one checkpoint; its files are named after the iteration. */
    record Entry(int iteration, int epoch, double learningRate, int batchSize) {
        static Entry of(Checkpoint checkpoint) {
            return new Entry(
                    checkpoint.iteration(), checkpoint.epoch(), checkpoint.learningRate(), checkpoint.batchSize());
        }

        Checkpoint with(Model model) {
            return new Checkpoint(iteration, epoch, learningRate, batchSize, model);
        }

        private String parameters() {
            return String.format(Locale.ROOT, "%08d-parameters.npy", iteration);
        }

        private String statistics() {
            return String.format(Locale.ROOT, "%08d-statistics.npy", iteration);
        }
    }

    /** The list, in the order of the training. */
    record Entries(List<Entry> checkpoints) {}

    private final Path folder;

    CheckpointFiles(Path run) {
        this.folder = run.resolve(FOLDER);
    }

    /** Writes the numbers of one checkpoint; it counts only once {@link #writeList} names it. */
    void write(Checkpoint checkpoint) throws IOException {
        Entry entry = Entry.of(checkpoint);
        writeVector(folder.resolve(entry.parameters()), checkpoint.model().parameters());
        double[] statistics = checkpoint.model().statistics();
        if (statistics.length > 0) {
            writeVector(folder.resolve(entry.statistics()), statistics);
        }
    }

    /** Names the checkpoints and deletes the files of all others. */
    void writeList(List<Checkpoint> checkpoints) throws IOException {
        List<Entry> entries = checkpoints.stream().map(Entry::of).toList();
        Set<String> kept = new HashSet<>();
        entries.forEach(entry -> kept.addAll(List.of(entry.parameters(), entry.statistics())));
        List<Path> others;
        try (Stream<Path> files = Files.list(folder)) {
            others = files.filter(file -> !kept.contains(file.getFileName().toString()))
                    .toList();
        }
        for (Path file : others) {
            Files.delete(file);
        }
        Json.write(folder.resolve(LIST), new Entries(entries));
    }

    List<Entry> readList() throws IOException {
        List<Entry> entries = Json.read(folder.resolve(LIST), Entries.class).checkpoints();
        if (entries.isEmpty()) {
            throw new BadInputException(folder.resolve(LIST), "names no checkpoint; a run has at least its last one");
        }
        return entries;
    }

    Checkpoint read(Entry entry, Network network) throws IOException {
        double[] parameters = Npy.read(folder.resolve(entry.parameters())).toDoubles();
        double[] statistics = network.statistics().length() == 0
                ? new double[0]
                : Npy.read(folder.resolve(entry.statistics())).toDoubles();
        try {
            return entry.with(new Model(network, parameters, statistics));
        } catch (IllegalArgumentException e) {
            throw new BadInputException(folder.resolve(entry.parameters()).toString(), e.getMessage() + "", e);
        }
    }

    List<Checkpoint> readAll(List<Entry> entries, Network network) throws IOException {
        List<Checkpoint> checkpoints = new ArrayList<>();
        for (Entry entry : entries) {
            checkpoints.add(read(entry, network));
        }
        return checkpoints;
    }

    /** Returns a list that reads a checkpoint whenever it is asked for it. */
    List<Checkpoint> lazy(List<Entry> entries, Network network) {
        return new AbstractList<>() {
            @Override
            public Checkpoint get(int index) {
                try {
                    return read(entries.get(index), network);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }

            @Override
            public int size() {
                return entries.size();
            }
        };
    }

    /** Writes 4-byte numbers where they hold the values exactly, else 8-byte numbers. */
    static void writeVector(Path file, double[] values) throws IOException {
        float[] floats = new float[values.length];
        boolean isExact = true;
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
            isExact &= floats[i] == values[i];
        }
        Npy.write(file, isExact ? NpyArray.of(floats, floats.length) : NpyArray.of(values, values.length));
    }
}
