package org.expunge.influence.retraining;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Digests;
import org.expunge.influence.io.Json;
import org.expunge.influence.io.Npy;
import org.expunge.influence.io.NpyArray;

/**
 * Retrainings kept on disk: {@code bank.json} (what they were made from), {@code masks.npy} (s × n, uint8) and
 * {@code outputs.npy} (s × R × m, float64). While it is being made, every training has a file of its own in
 * {@code cells}; a run that was killed goes on with those that are missing.
 *
 * <p>One process fills a bank at a time. Where two do, the one that ends first gathers and deletes the cells, the other
 * fails, and finds the bank full when it is started again.
 */
public final class RetrainingBank {
    private static final String MANIFEST = "bank.json";
    private static final String MASKS = "masks.npy";
    private static final String OUTPUTS = "outputs.npy";
    private static final String CELLS = "cells";

    /** What a bank was made from. */
    record Manifest(
            int rows,
            int subsets,
            int repetitions,
            Retrainings.SeedPlan plan,
            long seed,
            String masks,
            SortedMap<String, String> inputs) {}

    private final Path folder;
    private final Subsets subsets;
    private final Retrainings.Options options;

    private RetrainingBank(Path folder, Subsets subsets, Retrainings.Options options) {
        this.folder = folder;
        this.subsets = subsets;
        this.options = options;
    }

    /**
     * Fills a bank, or reads it where it is full.
     *
     * @param folder the bank's; made if it is missing
     * @param engine where to compute; stays the caller's
     * @param task what to train and measure
     * @param subsets what to train on
     * @param options how often, and from which seeds
     * @return all measurements
     * @throws BadInputException if the folder holds a bank that was made from something else, or a damaged file
     * @throws IOException if it cannot be read or written
     */
    public static SubsetOutputs fill(
            Path folder, Engine engine, SubsetTask task, Subsets subsets, Retrainings.Options options)
            throws IOException {
        RetrainingBank bank = new RetrainingBank(folder, subsets, options);
        bank.begin(bank.manifest(engine, task));
        if (!Files.exists(folder.resolve(OUTPUTS))) {
            bank.train(engine, task);
            bank.gather();
        }
        return read(folder);
    }

    /**
     * Reads a full bank.
     *
     * @param folder the bank's
     * @throws BadInputException if it is not full or its files do not fit each other
     * @throws IOException if it cannot be read
     */
    public static SubsetOutputs read(Path folder) throws IOException {
        if (!Files.exists(folder.resolve(OUTPUTS))) {
            throw new BadInputException(folder, "is no full bank of retrainings: it has no " + OUTPUTS);
        }
        Subsets subsets = Subsets.of(Npy.read(folder.resolve(MASKS)));
        NpyArray outputs = Npy.read(folder.resolve(OUTPUTS));
        int[] shape = outputs.shape();
        if (shape.length != 3 || shape[0] != subsets.count()) {
            throw new BadInputException(
                    folder.resolve(OUTPUTS),
                    "has shape " + Arrays.toString(shape) + " for " + subsets.count() + " subsets");
        }
        double[] flat = outputs.toDoubles();
        double[][][] values = new double[shape[0]][shape[1]][];
        for (int c = 0; c < shape[0] * shape[1]; c++) {
            values[c / shape[1]][c % shape[1]] = Arrays.copyOfRange(flat, c * shape[2], (c + 1) * shape[2]);
        }
        return new SubsetOutputs(subsets, values);
    }

    private Manifest manifest(Engine engine, SubsetTask task) {
        SortedMap<String, String> inputs = new TreeMap<>(task.inputs());
        inputs.put("backend", engine.compute().name());
        return new Manifest(
                subsets.rows(),
                subsets.count(),
                options.repetitions(),
                options.plan(),
                options.seed(),
                Digests.sha256(subsets.toNpy().toBytes()),
                inputs);
    }

    /** Writes the manifest and the masks, or refuses to go on with those of another bank. */
    private void begin(Manifest manifest) throws IOException {
        Path file = folder.resolve(MANIFEST);
        if (!Files.exists(file)) {
            Files.createDirectories(folder.resolve(CELLS));
            Npy.write(folder.resolve(MASKS), subsets.toNpy());
            Json.write(file, manifest);
            return;
        }
        Manifest found = Json.read(file, Manifest.class);
        if (!found.equals(manifest)) {
            throw new BadInputException(
                    folder, "holds retrainings made from something else; delete it or choose another folder");
        }
    }

    private void train(Engine engine, SubsetTask task) throws IOException {
        try {
            new Retrainings(engine, task).fill(subsets, options, new Retrainings.Cells() {
                @Override
                public boolean isDone(int subset, int repetition) {
                    return Files.exists(cell(subset, repetition));
                }

                @Override
                public void put(int subset, int repetition, double[] values) {
                    try {
                        Npy.write(cell(subset, repetition), NpyArray.of(values, values.length));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            });
        } catch (UncheckedIOException e) {
            throw new IOException(folder + ": a retraining could not be kept", e);
        }
    }

    /** Puts all cells into one file, then deletes them. */
    private void gather() throws IOException {
        int repetitions = options.repetitions();
        int outputs = Npy.read(cell(0, 0)).size();
        double[] all = new double[Math.multiplyExact(Math.multiplyExact(subsets.count(), repetitions), outputs)];
        for (int s = 0; s < subsets.count(); s++) {
            for (int r = 0; r < repetitions; r++) {
                double[] values = Npy.read(cell(s, r)).toDoubles();
                if (values.length != outputs) {
                    throw new BadInputException(cell(s, r), "holds " + values.length + " numbers, not " + outputs);
                }
                System.arraycopy(values, 0, all, (s * repetitions + r) * outputs, outputs);
            }
        }
        Npy.write(folder.resolve(OUTPUTS), NpyArray.of(all, subsets.count(), repetitions, outputs));
        for (int s = 0; s < subsets.count(); s++) {
            for (int r = 0; r < repetitions; r++) {
                Files.deleteIfExists(cell(s, r));
            }
        }
        Files.deleteIfExists(folder.resolve(CELLS));
    }

    private Path cell(int subset, int repetition) {
        return folder.resolve(CELLS).resolve(subset + "-" + repetition + ".npy");
    }
}
