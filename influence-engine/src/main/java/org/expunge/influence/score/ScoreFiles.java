package org.expunge.influence.score;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The files of one stored table: two when it is finished, three while it is being made.
 *
 * @param scores the finished NPY file, float32, {@code m × n}
 */
record ScoreFiles(Path scores) {
    /**
     * What the sidecar of a finished table holds.
     *
     * @param manifest what the table was made from
     * @param provenance how
     * @param sha256 of the NPY file
     */
    record Sidecar(ScoreManifest manifest, Provenance provenance, String sha256) {}

    /** The sidecar beside a finished table. */
    Path sidecar() {
        String name = scores.getFileName().toString();
        String stem = name.endsWith(".npy") ? name.substring(0, name.length() - 4) : name;
        return scores.resolveSibling(stem + ".json");
    }

    /** The table while it is being made. */
    Path partialScores() {
        return beside(".partial");
    }

    /** The manifest while the table is being made. */
    Path partialManifest() {
        return beside(".partial.json");
    }

    /** Eight bytes for each block: its checksum once the block is on the disk. */
    Path flags() {
        return beside(".partial.flags");
    }

    /** The account of solves while the table is being made. */
    Path partialSolves() {
        return beside(".partial.solves.json");
    }

    /** Deletes what an unfinished or just finished run has left. */
    void deletePartial() throws IOException {
        Files.deleteIfExists(partialManifest());
        Files.deleteIfExists(partialScores());
        Files.deleteIfExists(flags());
        Files.deleteIfExists(partialSolves());
    }

    private Path beside(String ending) {
        return scores.resolveSibling(scores.getFileName() + ending);
    }
}
