package org.expunge.influence.score;

/**
 * Which of several engines computes which block of a plan: neighbouring blocks of rows go to one engine, or
 * neighbouring blocks of queries, whichever leaves the busiest of them less to do. Where it is the same, queries are
 * shared out: then nobody prepares a query that another has prepared.
 *
 * @param plan of the whole table
 * @param engines how many share it, at least 1
 * @param byRows whether rows are shared out rather than queries
 */
record BlockShares(MemoryPlan plan, int engines, boolean byRows) {
    /** Shares a table out. */
    static BlockShares of(MemoryPlan plan, int engines) {
        long down = blocks(plan.rows(), plan.rowsPerBlock());
        long across = blocks(plan.queries(), plan.queriesPerBlock());
        return new BlockShares(plan, engines, across * most(down, engines) < down * most(across, engines));
    }

    /** Returns the place of the engine that computes a block. */
    int engine(BlockRange range) {
        return byRows
                ? place(range.rowFrom() / plan.rowsPerBlock(), blocks(plan.rows(), plan.rowsPerBlock()))
                : place(range.queryFrom() / plan.queriesPerBlock(), blocks(plan.queries(), plan.queriesPerBlock()));
    }

    private int place(int block, int blocks) {
        return (int) ((long) block * Math.min(engines, blocks) / blocks);
    }

    private static long most(long blocks, int engines) {
        return (blocks + engines - 1) / engines;
    }

    private static int blocks(int count, int perBlock) {
        return (count + perBlock - 1) / perBlock;
    }
}
