package org.expunge.influence.score;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Digests;

/** Puts stored tables of the same rows by the same estimator together: queries of the first, then of the second. */
public final class ScoreMerge {
    private static final String QUERIES = "queries";

    private ScoreMerge() {}

    /**
     * Merges.
     *
     * @param file the NPY file to make, which must not exist
     * @param parts finished tables, at least 1
     * @return the merged scores
     * @throws BadInputException if parts were made from different rows, models or settings, or are damaged; the message
     *     says which
     * @throws IOException if a file cannot be read or written
     */
    public static Scores merge(Path file, List<Path> parts) throws IOException {
        checkArgument(!parts.isEmpty(), "there are no scores to merge");
        List<Scores> tables = new ArrayList<>();
        for (Path part : parts) {
            ScoreStore.verify(part);
            tables.add(ScoreStore.read(part));
        }
        try (ScoreStore store = ScoreStore.open(file, manifest(parts))) {
            int from = 0;
            for (Scores table : tables) {
                for (int q = 0; q < table.queries(); q++) {
                    BlockRange range = new BlockRange(from++, 1, 0, table.rows());
                    store.accept(new ScoreBlock(range, table.row(q)));
                }
            }
            store.finish(provenance(tables));
        }
        return ScoreStore.read(file);
    }

    private static ScoreManifest manifest(List<Path> parts) throws IOException {
        ScoreManifest first = ScoreStore.sidecar(parts.get(0)).manifest();
        StringBuilder digests = new StringBuilder();
        int queries = 0;
        for (Path part : parts) {
            ScoreManifest manifest = ScoreStore.sidecar(part).manifest();
            List<String> differences = new ArrayList<>(first.differences(manifest));
            differences.removeAll(List.of(QUERIES, "block size"));
            if (!differences.isEmpty()) {
                throw new BadInputException(
                        part,
                        "cannot be merged with " + parts.get(0) + ": " + String.join(", ", differences) + " differ");
            }
            queries = Math.addExact(queries, manifest.queries());
            digests.append(manifest.inputs().get(QUERIES)).append('\n');
        }
        SortedMap<String, String> inputs = new TreeMap<>(first.inputs());
        inputs.put(QUERIES, Digests.sha256(digests.toString().getBytes(StandardCharsets.UTF_8)));
        return new ScoreManifest(first.method(), queries, first.rows(), 1, first.rows(), inputs);
    }

    private static Provenance provenance(List<Scores> tables) {
        Provenance merged = tables.get(0).provenance();
        for (Scores table : tables.subList(1, tables.size())) {
            merged = merged.withInverse(merged.inverse().and(table.provenance().inverse()));
        }
        return merged;
    }
}
