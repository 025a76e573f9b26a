package org.expunge.cli.work;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;

/** What has to be said of a removal from a table whose layout was read from all of its rows. */
public final class TableCaution {
    /** The caution in words. */
    public static final String TEXT =
            "The layout of the table was read from the whole file, the forgotten rows included: which categories its columns"
                    + " have, and the means in place of missing numbers. No training used the rows, but these can come"
                    + " from them. To be free of that too, take their lines out of the file and train a new run.";

    private TableCaution() {}

    /**
     * Returns the caution where it is due.
     *
     * @param source where rows come from
     * @param rows some of them, all numbers of a row included
     * @return the words; empty where a row's numbers depend on nothing but the row
     * @throws UncheckedIOException if the source cannot be read
     */
    public static Optional<String> of(DataSpec source, Dataset rows) {
        try {
            return source.isLaidOutByRows(rows.shape().length()) ? Optional.of(TEXT) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
