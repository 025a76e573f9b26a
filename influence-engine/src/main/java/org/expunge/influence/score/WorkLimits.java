package org.expunge.influence.score;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * How to cut the work.
 *
 * @param maxBytes memory to stay under, at least 1
 * @param rowsPerBlock most training rows of a block where blocks may be cut by rows: what a killed run loses; at least
 *     1
 * @param queriesPerBlock most queries of a block where blocks hold all rows; at least 1
 */
public record WorkLimits(long maxBytes, int rowsPerBlock, int queriesPerBlock) {
    /** 1 GiB, 4096 rows a block. */
    public static final WorkLimits DEFAULT = new WorkLimits(1L << 30, 4096);

    /** As many queries a block as fit. */
    public WorkLimits(long maxBytes, int rowsPerBlock) {
        this(maxBytes, rowsPerBlock, Integer.MAX_VALUE);
    }

    /** Checks the ranges. */
    public WorkLimits {
        checkArgument(queriesPerBlock >= 1, "queriesPerBlock must be at least 1, got %s", queriesPerBlock);
        checkArgument(maxBytes >= 1, "maxBytes must be at least 1, got %s", maxBytes);
        checkArgument(rowsPerBlock >= 1, "rowsPerBlock must be at least 1, got %s", rowsPerBlock);
    }

    /**
     * Returns limits whose blocks several engines can share: they cut rows, and queries where those are cut, into as
     * many blocks as there are engines at least, and evenly.
     *
     * @param engines how many, at least 1
     * @param rows n
     * @param queries m
     * @param tile rows that an engine takes at a time: a block has full tiles
     */
    public WorkLimits sharedBy(int engines, int rows, int queries, int tile) {
        int share = Math.max(1, divide(rows, engines));
        int blocks = divide(share, rowsPerBlock);
        int fullTiles = Math.multiplyExact(divide(divide(share, blocks), tile), tile);
        return new WorkLimits(
                maxBytes,
                Math.min(rowsPerBlock, fullTiles),
                Math.min(queriesPerBlock, Math.max(1, divide(queries, engines))));
    }

    private static int divide(int count, int by) {
        return (int) (((long) count + by - 1) / by);
    }

    /**
     * Cuts a table into blocks of rows and queries: all queries at once if they fit half of the memory.
     *
     * @param rows n
     * @param queries m
     * @param fixedBytes what is needed whatever the block
     * @param rowBytes for each row of a block
     * @param queryBytes for each query of a block
     * @param pairBytes for each score of a block
     */
    public MemoryPlan blocks(int rows, int queries, long fixedBytes, long rowBytes, long queryBytes, long pairBytes) {
        check(fixedBytes + rowBytes + queryBytes + pairBytes);
        long available = maxBytes - fixedBytes;
        int block = (int) Math.max(1, Math.min(queries, available / 2 / (queryBytes + pairBytes)));
        long left = available - block * queryBytes;
        long most = Math.min(left / (rowBytes + pairBytes * block), Integer.MAX_VALUE / block);
        int blockRows = (int) Math.max(1, Math.min(Math.min(most, rowsPerBlock), rows));
        return new MemoryPlan(
                rows,
                queries,
                blockRows,
                block,
                true,
                fixedBytes + blockRows * rowBytes,
                block * queryBytes,
                pairBytes * block * blockRows,
                maxBytes);
    }

    /**
     * Cuts a table into blocks that hold all rows of some queries, for methods that see the rows in their own order.
     *
     * @param rows n
     * @param queries m
     * @param fixedBytes what is needed whatever the block
     * @param queryBytes for each query of a block
     * @param pairBytes for each score of a block
     */
    public MemoryPlan wholeRows(int rows, int queries, long fixedBytes, long queryBytes, long pairBytes) {
        long column = queryBytes + pairBytes * rows;
        check(fixedBytes + column);
        long fit = Math.min((maxBytes - fixedBytes) / Math.max(1, column), Integer.MAX_VALUE / Math.max(1, rows));
        int block = (int) Math.max(1, Math.min(Math.min(queries, queriesPerBlock), fit));
        return new MemoryPlan(
                rows,
                queries,
                Math.max(1, rows),
                block,
                true,
                fixedBytes,
                block * queryBytes,
                block * pairBytes * rows,
                maxBytes);
    }

    /** Refuses a plan that needs more than is allowed. */
    public void check(long leastBytes) {
        check(leastBytes, maxBytes);
    }

    static void check(long leastBytes, long maxBytes) {
        checkArgument(
                leastBytes <= maxBytes,
                "scoring needs at least %s bytes but maxBytes is %s; raise it (--max-memory; --gpu-memory where a GPU"
                        + " leaves less), or use fewer workers (--threads) or a smaller tile",
                leastBytes,
                maxBytes);
    }
}
