package org.expunge.cli.work;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;

/** What has to be said of a removal from a table whose layout was fitted on its rows. */
public final class TableCaution {
    /** Where the layout was kept. */
    public static final String KEPT =
            "The layout of the table was fitted on the training rows, the forgotten ones included, and was kept: names of"
                    + " the categories that its columns have, and means in place of missing numbers. No training used the"
                    + " rows, but these can come from them. Retraining a run of one model fits them anew.";

    /** Where the layout was fitted anew. */
    public static final String FITTED_ANEW =
            "Names of categories and means in place of missing numbers were fitted anew on the rows that remain. How many"
                    + " categories a column has, which columns are numbers, and the list of classes are still those of the"
                    + " whole file when it was first read. To be free of that too, take the rows out of the file and train a"
                    + " new run.";

    private TableCaution() {}

    /**
     * Returns the caution where it is due.
     *
     * @param source where rows come from
     * @param rows some of them, all numbers of a row included
     * @param isFittedAnew whether the layout is that of the rows that remain
     * @return the words; empty where a row's numbers depend on nothing but the row
     * @throws UncheckedIOException if the source cannot be read
     */
    public static Optional<String> of(DataSpec source, Dataset rows, boolean isFittedAnew) {
        try {
            return source.isLaidOutByRows(rows.shape().length())
                    ? Optional.of(isFittedAnew && source.isTable() ? FITTED_ANEW : KEPT)
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the caution among what is said of a removal, if there is one. */
    public static Optional<String> among(List<String> limits) {
        return limits.stream()
                .filter(limit -> limit.equals(KEPT) || limit.equals(FITTED_ANEW))
                .findFirst();
    }
}
