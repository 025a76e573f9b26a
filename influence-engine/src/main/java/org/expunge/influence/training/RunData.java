package org.expunge.influence.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.LoadedData;
import org.expunge.influence.data.Partition;
import org.expunge.influence.data.RowHasher;
import org.expunge.influence.data.TableLayout;
import org.expunge.influence.io.BadInputException;

/**
 * The data behind a run, read as the run reads them and held against what it knows of each row.
 *
 * @param run the directory
 * @param source where the rows are
 * @param layout how the cells of a table become numbers
 */
record RunData(Path run, DataSpec source, Optional<TableLayout> layout) {
    private static final String NUMBERED =
            ". Its rows are numbered, so that a line taken out of the file moves all later ones: name them by id=";

    /** Returns what hashes rows; nothing once the key file was deleted. */
    Optional<RowHasher> hasher() throws IOException {
        Path key = run.resolve(RunDirectory.KEY);
        return Files.exists(key) ? Optional.of(RowHasher.fromKeyFile(key)) : Optional.empty();
    }

    LoadedData load() throws IOException {
        return source.load(layout);
    }

    /** Fits the layout anew on training rows. */
    Optional<TableLayout> fitted(Set<String> ids) throws IOException {
        return layout.isEmpty() ? layout : Optional.of(source.refit(layout.get(), ids));
    }

    /** Reads the rows that remain of {@code listed} and compares them with their tokens. */
    Partition collect(List<RunRow> listed) throws IOException {
        try {
            return collect(listed, load());
        } catch (IllegalArgumentException e) {
            throw new BadInputException(run.toString(), String.valueOf(e.getMessage()), e);
        }
    }

    Partition collect(List<RunRow> listed, LoadedData loaded) throws IOException {
        List<RunRow> remaining = remaining(listed);
        Partition found;
        try {
            found = new SourceRows(loaded).collect(remaining);
        } catch (IllegalArgumentException e) {
            throw new BadInputException(run.toString(), String.valueOf(e.getMessage()), e);
        }
        Optional<RowHasher> hasher = hasher();
        RowHasher used = hasher.orElseGet(() -> RowHasher.withKey(new byte[RowHasher.KEY_BYTES]));
        checkSame(remaining, RowsFile.list(found, used), hasher.isPresent());
        return found;
    }

    /** Reads the rows that remain of {@code listed} by another layout, under which they have other tokens. */
    Partition reread(List<RunRow> listed, TableLayout other) throws IOException {
        return new SourceRows(source.load(Optional.of(other))).collect(remaining(listed));
    }

    /** Lists the rows that remain with the tokens of what they are read to; without a key, as they were. */
    List<RunRow> relisted(List<RunRow> listed, Partition read) throws IOException {
        Optional<RowHasher> hasher = hasher();
        if (hasher.isEmpty()) {
            return listed;
        }
        Iterator<RunRow> found = RowsFile.list(read, hasher.get()).iterator();
        return listed.stream().map(row -> row.isRemoved() ? row : found.next()).toList();
    }

    private static List<RunRow> remaining(List<RunRow> listed) {
        return listed.stream().filter(row -> !row.isRemoved()).toList();
    }

    private void checkSame(List<RunRow> expected, List<RunRow> found, boolean hasKey) throws BadInputException {
        boolean isNumbered = source.isTable() && !source.options().containsKey("id");
        for (int i = 0; i < expected.size(); i++) {
            RunRow row = expected.get(i);
            boolean isSame = row.label().equals(found.get(i).label())
                    && (!hasKey || row.token().equals(found.get(i).token()));
            if (!isSame) {
                throw new BadInputException(
                        run,
                        "row " + row.id() + " of " + source
                                + " is not what the run was trained with; restore the data or train a new run"
                                + (isNumbered ? NUMBERED : ""));
            }
        }
    }
}
