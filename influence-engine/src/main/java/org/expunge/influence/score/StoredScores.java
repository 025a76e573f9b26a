package org.expunge.influence.score;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.expunge.influence.io.NpyMatrix;

/** Scores on disk, opened for each question; a whole row costs little more than one number. */
final class StoredScores implements Scores {
    private final Path file;
    private final ScoreManifest manifest;
    private final Provenance provenance;

    StoredScores(Path file, ScoreManifest manifest, Provenance provenance) {
        this.file = file;
        this.manifest = manifest;
        this.provenance = provenance;
    }

    /** Checks type, shape and length of the file. */
    void check() throws IOException {
        open().close();
    }

    @Override
    public int queries() {
        return manifest.queries();
    }

    @Override
    public int rows() {
        return manifest.rows();
    }

    @Override
    public double score(int query, int row) {
        return read(query, row, 1)[0];
    }

    @Override
    public double[] row(int query) {
        return read(query, 0, rows());
    }

    @Override
    public Provenance provenance() {
        return provenance;
    }

    private double[] read(int query, int row, int count) {
        try (NpyMatrix table = open()) {
            return table.read(query, row, count);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private NpyMatrix open() throws IOException {
        return NpyMatrix.openReadOnly(file, queries(), rows());
    }
}
