package org.expunge.influence.compute;

/**
 * Brings rows from the host to where kernels read them, an example in each column. A device may keep rows that it has
 * had, and may have the next ones on their way while it works. Belongs to one thread at a time.
 */
public interface RowLoader extends AutoCloseable {
    /**
     * Writes rows as columns: number {@code j} of row {@code rows[from + i]} becomes number {@code j · (to − from) +
     * i}.
     *
     * @param source where the rows are, of the loader's width
     * @param rows rows of the source, in any order and as often as wished
     * @param from the first of {@code rows}
     * @param to one past the last; at most the loader's capacity further
     * @param into at least {@code width · (to − from)} numbers; written from its start
     * @throws IllegalArgumentException if the rows do not fit the loader or the buffer
     */
    void load(RowSource source, int[] rows, int from, int to, Buffer into);

    /**
     * Says what is probably loaded next, so that it may be on its way meanwhile. Changes no result. Cheap where nothing
     * works meanwhile. Rows that cannot be read or sent now fail nothing: whoever loads them tries again.
     *
     * @param source as for {@link #load}
     * @param rows rows of the source
     * @param from the first of {@code rows}
     * @param to one past the last
     * @throws IllegalArgumentException if the source or the number of rows does not fit the loader
     */
    void announce(RowSource source, int[] rows, int from, int to);

    /** Releases what the loader holds itself. */
    @Override
    void close();
}
