package org.expunge.influence.score;

import java.util.Arrays;
import org.expunge.influence.data.Dataset;

/** Finished scores of one rectangle of the table. Handed to sinks, which read it and do not keep it. */
public final class ScoreBlock {
    private final BlockRange range;
    private final double[] byRow;

    /**
     * Wraps scores.
     *
     * @param range where they belong
     * @param byRow score of row r and query q of the block at {@code r · queries + q}; kept, not copied
     */
    public ScoreBlock(BlockRange range, double[] byRow) {
        this.range = range;
        this.byRow = byRow;
    }

    /** Returns where the block belongs. */
    public BlockRange range() {
        return range;
    }

    /**
     * Returns one score.
     *
     * @param query index within the block
     * @param row index within the block
     */
    public double score(int query, int row) {
        return byRow[row * range.queries() + query];
    }

    /**
     * Refuses scores that are not finite.
     *
     * @param train the rows of the whole table
     * @param queries the queries of the whole table
     * @throws IllegalArgumentException if one is not; the message names the row and the query
     */
    public void checkFinite(Dataset train, Dataset queries) {
        for (int i = 0; i < byRow.length; i++) {
            if (Double.isFinite(byRow[i])) {
                continue;
            }
            throw new IllegalArgumentException(String.format(
                    "the score of row %s for query %s is %s; look for values that are not finite, or overflow, in them",
                    train.id(range.rowFrom() + i / range.queries()),
                    queries.id(range.queryFrom() + i % range.queries()),
                    byRow[i]));
        }
    }

    /** Returns the scores of one query of the block against the block's rows, in row order. */
    public double[] row(int query) {
        double[] scores = new double[range.rows()];
        for (int r = 0; r < scores.length; r++) {
            scores[r] = score(query, r);
        }
        return scores;
    }

    /** Returns the same block with every score multiplied by {@code factor}. */
    ScoreBlock scaled(double factor) {
        return new ScoreBlock(
                range, Arrays.stream(byRow).map(score -> score * factor).toArray());
    }
}
