package org.expunge.influence.score;

import static com.google.common.base.Preconditions.checkState;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.zip.CRC32;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Digests;
import org.expunge.influence.io.Json;
import org.expunge.influence.io.NpyMatrix;

/**
 * Scores on disk: {@code NAME.npy}, float32 {@code m × n}, and {@code NAME.json} with manifest and provenance.
 *
 * <p>While it is being made the table lies in {@code NAME.npy.partial} with one checksum a block, set once the block is
 * on the disk; a run that was killed goes on after the last finished block and ends with the same numbers. A block that
 * has been damaged since is computed again; a damaged finished file, and one that was made from other inputs, is
 * refused, never overwritten.
 *
 * <p><b>Cost.</b> 4 m n bytes on disk, one block in memory.
 */
public final class ScoreStore implements ScoreSink, AutoCloseable {
    private final ScoreFiles files;
    private final ScoreManifest manifest;
    private final NpyMatrix table;
    private final BlockFlags flags;
    private final Provenance.Inverse earlierSolves;

    private ScoreStore(
            ScoreFiles files,
            ScoreManifest manifest,
            NpyMatrix table,
            BlockFlags flags,
            Provenance.Inverse earlierSolves) {
        this.earlierSolves = earlierSolves;
        this.files = files;
        this.manifest = manifest;
        this.table = table;
        this.flags = flags;
    }

    /**
     * Computes scores into a file, or goes on where an earlier run stopped, or returns the file's if it is finished.
     *
     * @param file the NPY file to make
     * @param estimator how to score
     * @param train n training rows
     * @param queries m queries
     * @return the stored scores
     * @throws BadInputException if files there were made from other inputs, or are damaged; the message says which
     * @throws IOException if they cannot be written
     */
    public static Scores compute(Path file, Estimator estimator, Dataset train, Dataset queries) throws IOException {
        ScoreManifest manifest = ScoreManifest.of(estimator, train, queries);
        if (Files.exists(file)) {
            refuseStale(file, sidecar(file).manifest(), manifest);
            new ScoreFiles(file.toAbsolutePath()).deletePartial(); // left if the last run ended just before doing so
            verify(file);
            return read(file);
        }
        try (ScoreStore store = open(file, manifest)) {
            store.finish(estimator.stream(train, queries, store));
        }
        return read(file);
    }

    /**
     * Starts a table, or opens the partial one that an earlier run left.
     *
     * @param file the NPY file to make, which must not exist
     * @param manifest what it is made from
     * @return the open store
     * @throws BadInputException if a partial file was made from something else, or is damaged
     * @throws IOException if it cannot be written
     */
    public static ScoreStore open(Path file, ScoreManifest manifest) throws IOException {
        ScoreFiles files = new ScoreFiles(file.toAbsolutePath());
        checkState(!Files.exists(file), "%s is finished", file);
        Files.createDirectories(files.sidecar().resolveSibling("."));
        boolean isNew = !Files.exists(files.partialManifest()) || !Files.exists(files.partialScores());
        if (isNew) {
            files.deletePartial();
            NpyMatrix.create(files.partialScores(), manifest.queries(), manifest.rows())
                    .close();
            Json.write(files.partialManifest(), manifest);
        } else {
            refuseStale(files.partialScores(), Json.read(files.partialManifest(), ScoreManifest.class), manifest);
        }
        BlockFlags flags = BlockFlags.open(files.flags(), manifest.blocks());
        try {
            NpyMatrix table = NpyMatrix.open(files.partialScores(), manifest.queries(), manifest.rows());
            Provenance.Inverse earlier = Files.exists(files.partialSolves())
                    ? Json.read(files.partialSolves(), Provenance.Inverse.class)
                    : Provenance.Inverse.NONE;
            ScoreStore store = new ScoreStore(files, manifest, table, flags, earlier);
            store.reopenDamagedBlocks();
            return store;
        } catch (IOException e) {
            flags.close();
            throw e;
        }
    }

    /**
     * Opens finished scores.
     *
     * @param file the NPY file
     * @return its scores, read from disk as they are asked for
     * @throws BadInputException if the sidecar is missing or does not fit, or the file is truncated
     * @throws IOException if it cannot be read
     */
    public static Scores read(Path file) throws IOException {
        ScoreFiles.Sidecar sidecar = sidecar(file);
        StoredScores scores = new StoredScores(file, sidecar.manifest(), sidecar.provenance());
        scores.check();
        return scores;
    }

    /**
     * Reads a finished file whole and compares it with the checksum in its sidecar.
     *
     * @param file the NPY file
     * @throws BadInputException if the sidecar is missing, or the file is not what was written
     * @throws IOException if it cannot be read
     */
    public static void verify(Path file) throws IOException {
        read(file);
        String digest = Digests.sha256(file);
        if (!digest.equals(sidecar(file).sha256())) {
            throw new BadInputException(file, "was changed after it was written: its SHA-256 is " + digest);
        }
    }

    /** A block whose numbers are not those that were written is computed again. */
    private void reopenDamagedBlocks() throws IOException {
        for (int block = 0; block < manifest.blocks(); block++) {
            if (flags.isDone(block)) {
                BlockRange range = manifest.range(block);
                Checksum checksum = new Checksum();
                for (int q = 0; q < range.queries(); q++) {
                    checksum.add(table.read(range.queryFrom() + q, range.rowFrom(), range.rows()));
                }
                if (!flags.fits(block, checksum.value())) {
                    flags.markOpen(block);
                }
            }
        }
    }

    /** CRC-32 of numbers as float32. */
    private static final class Checksum {
        private final CRC32 crc = new CRC32();

        void add(double[] numbers) {
            ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Float.BYTES);
            for (double number : numbers) {
                bytes.putFloat((float) number);
            }
            crc.update(bytes.array());
        }

        long value() {
            return crc.getValue();
        }
    }

    /** Returns how many blocks are on the disk. */
    public int blocksDone() {
        return flags.count();
    }

    @Override
    public boolean wants(BlockRange range) {
        return !flags.isDone(manifest.index(range));
    }

    @Override
    public void solved(Provenance.Inverse soFar) throws IOException {
        Json.write(files.partialSolves(), soFar.and(earlierSolves));
    }

    @Override
    public void accept(ScoreBlock block) throws IOException {
        BlockRange range = block.range();
        Checksum checksum = new Checksum();
        for (int q = 0; q < range.queries(); q++) {
            double[] row = block.row(q);
            table.write(range.queryFrom() + q, range.rowFrom(), row);
            checksum.add(row);
        }
        table.force();
        flags.markDone(manifest.index(range), checksum.value());
    }

    /**
     * Publishes the finished table under its name.
     *
     * @param provenance how it was made
     * @throws IOException if it cannot be moved
     */
    public void finish(Provenance provenance) throws IOException {
        checkState(flags.count() == manifest.blocks(), "%s of %s blocks are done", flags.count(), manifest.blocks());
        table.force();
        String digest = Digests.sha256(files.partialScores());
        Provenance whole = provenance.withInverse(provenance.inverse().and(earlierSolves));
        Json.write(files.sidecar(), new ScoreFiles.Sidecar(manifest, whole, digest));
        Files.move(files.partialScores(), files.scores(), StandardCopyOption.ATOMIC_MOVE);
        files.deletePartial();
    }

    static ScoreFiles.Sidecar sidecar(Path file) throws IOException {
        Path sidecar = new ScoreFiles(file.toAbsolutePath()).sidecar();
        if (!Files.exists(sidecar)) {
            throw new BadInputException(
                    file, "has no sidecar " + sidecar.getFileName() + "; its scores cannot be told");
        }
        return Json.read(sidecar, ScoreFiles.Sidecar.class);
    }

    private static void refuseStale(Path file, ScoreManifest found, ScoreManifest wanted) throws BadInputException {
        List<String> differences = found.differences(wanted);
        if (!differences.isEmpty()) {
            throw new BadInputException(
                    file,
                    "was made from something else (" + String.join(", ", differences)
                            + " differ); delete it or choose another name");
        }
    }

    @Override
    public void close() throws IOException {
        table.close();
        flags.close();
    }
}
