package org.expunge.cli.work;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.expunge.influence.io.AtomicFiles;
import org.expunge.influence.io.BadInputException;
import org.expunge.influence.io.Json;
import org.expunge.influence.score.ScoreStore;
import org.expunge.influence.score.Scores;

/**
 * The folder that {@code influence} writes: {@code scores.npy} (inputs × rows), its sidecar and {@code ids.json}.
 *
 * @param path the folder
 */
public record ScoreFolder(Path path) {
    /** Stands for the file of scores that are not kept. */
    static final String NOWHERE = "not kept; --out DIR keeps them";

    /**
     * The names of the table's two axes.
     *
     * @param queries of inputs
     * @param rows of training rows
     */
    public record Ids(List<String> queries, List<String> rows) {
        /** Copies the lists. */
        public Ids {
            queries = List.copyOf(queries);
            rows = List.copyOf(rows);
        }
    }

    /** Returns the file with the scores. */
    public Path table() {
        return path.resolve("scores.npy");
    }

    /** Writes the names of inputs and rows. */
    void writeIds(List<String> queries, List<String> rows) throws IOException {
        AtomicFiles.writeString(path.resolve("ids.json"), Json.text(new Ids(queries, rows)));
    }

    /**
     * Opens finished scores.
     *
     * @throws BadInputException if there are none, or they are damaged
     */
    public Scores scores() throws IOException {
        if (!Files.exists(table())) {
            throw new BadInputException(
                    path,
                    Files.exists(table().resolveSibling("scores.npy.partial"))
                            ? "holds unfinished scores; give the command that makes them again"
                            : "holds no scores.npy");
        }
        return ScoreStore.read(table());
    }

    /**
     * Reads the names.
     *
     * @throws BadInputException if they do not fit the scores
     */
    public Ids ids() throws IOException {
        Ids ids = Json.read(path.resolve("ids.json"), Ids.class);
        Scores scores = scores();
        if (ids.queries().size() != scores.queries() || ids.rows().size() != scores.rows()) {
            throw new BadInputException(
                    path.resolve("ids.json"),
                    "names " + ids.queries().size() + " inputs and "
                            + ids.rows().size() + " rows, but there are scores of " + scores.queries() + " and "
                            + scores.rows());
        }
        return ids;
    }
}
