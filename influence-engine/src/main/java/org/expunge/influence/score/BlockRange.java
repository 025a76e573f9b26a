package org.expunge.influence.score;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * A rectangle of the score table.
 *
 * @param queryFrom first query
 * @param queries how many, at least 1
 * @param rowFrom first training row
 * @param rows how many, at least 1
 */
public record BlockRange(int queryFrom, int queries, int rowFrom, int rows) {
    /** Checks the ranges. */
    public BlockRange {
        checkArgument(
                queryFrom >= 0 && queries >= 1 && rowFrom >= 0 && rows >= 1,
                "a block needs queries and rows, got %s from %s and %s from %s",
                queries,
                queryFrom,
                rows,
                rowFrom);
    }
}
