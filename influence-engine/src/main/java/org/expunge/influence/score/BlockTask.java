package org.expunge.influence.score;

import java.io.IOException;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;

/** Computes the scores of one block. */
@FunctionalInterface
public interface BlockTask {
    /**
     * Computes.
     *
     * @param range where the block lies
     * @param rows its training rows
     * @param queries its queries
     * @return the score of row r and query q at {@code r · queries + q}
     * @throws IOException if something that takes part cannot be written
     */
    double[] scores(BlockRange range, Dataset rows, Dataset queries) throws IOException;

    /**
     * Works through the blocks of a plan that a sink wants, in order, and refuses scores that are not finite.
     *
     * @param plan of the whole table
     * @param train n rows
     * @param queries m queries
     * @param sink takes the blocks
     * @param task computes them
     */
    static void stream(MemoryPlan plan, Dataset train, Dataset queries, ScoreSink sink, BlockTask task)
            throws IOException {
        for (BlockRange range : plan.blocks()) {
            if (sink.wants(range)) {
                Dataset rows = select(train, range.rowFrom(), range.rows());
                Dataset some = select(queries, range.queryFrom(), range.queries());
                ScoreBlock block = new ScoreBlock(range, task.scores(range, rows, some));
                block.checkFinite(train, queries);
                sink.accept(block);
            }
        }
    }

    private static Dataset select(Dataset data, int from, int count) {
        return data.select(IntStream.range(from, from + count).toArray());
    }
}
