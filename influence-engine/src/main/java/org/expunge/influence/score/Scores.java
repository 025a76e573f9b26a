package org.expunge.influence.score;

/** A table of scores, m queries × n training rows. Positive = proponent. */
public interface Scores {
    /** Returns m. */
    int queries();

    /** Returns n. */
    int rows();

    /**
     * Returns one score.
     *
     * @param query in [0, queries)
     * @param row in [0, rows)
     */
    double score(int query, int row);

    /** Returns the n scores of one query, in row order. */
    double[] row(int query);

    /** Returns how the scores were made. */
    Provenance provenance();
}
