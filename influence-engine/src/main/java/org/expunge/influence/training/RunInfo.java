package org.expunge.influence.training;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Shape;
import org.jspecify.annotations.Nullable;

/**
 * {@code run.json}: who made the run, when and with what, and the digests of its files.
 *
 * @param format version of the directory's layout
 * @param version version of the program
 * @param createdAt when the run was finished, UTC
 * @param createdBy the user's name on that machine
 * @param seed the root seed
 * @param engines backend, precision, workers and tile; more than one if the training was resumed on another
 * @param java the Java runtime
 * @param input shape of an example
 * @param origin what the run was made from; null for a training
 * @param notes what its maker wants to be remembered: numbers, texts, lists and maps of these
 * @param digests SHA-256 of every other file but the key, by its path in the run
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RunInfo(
        int format,
        String version,
        String createdAt,
        String createdBy,
        long seed,
        List<String> engines,
        String java,
        Shape input,
        @Nullable Origin origin,
        Map<String, Object> notes,
        Map<String, String> digests) {

    /** The layout that this version writes and reads. */
    static final int FORMAT = 1;

    /** Copies the lists. */
    public RunInfo {
        engines = List.copyOf(engines);
        notes = Map.copyOf(notes);
        digests = Map.copyOf(digests);
    }

    /**
     * What a derived run was made from.
     *
     * @param method how
     * @param parent name of the parent's directory; empty for an imported model
     * @param parentDigest SHA-256 of the parent's {@code run.json}; empty for an imported model
     * @param removedRows rows that this step took out
     */
    public record Origin(String method, String parent, String parentDigest, int removedRows) {}

    /** Names an engine for the record. */
    static String describe(Engine engine) {
        return engine.compute().description() + ", " + engine.compute().precision() + ", "
                + engine.workers().count() + " workers, tiles of " + engine.tile();
    }
}
