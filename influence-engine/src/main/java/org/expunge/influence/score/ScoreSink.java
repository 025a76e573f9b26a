package org.expunge.influence.score;

import java.io.IOException;

/** Takes a score table block by block, so that it need not fit in memory. Called by one thread at a time. */
@FunctionalInterface
public interface ScoreSink {
    /**
     * Takes one block; each cell of the table comes exactly once.
     *
     * @param block the block, valid during the call
     * @throws IOException if it cannot be written; scoring then stops
     */
    void accept(ScoreBlock block) throws IOException;

    /**
     * Hears of the solves behind the blocks accepted from now on. A sink that outlives the run keeps the account, so
     * that solves which did not converge are not forgotten when another run goes on.
     *
     * @param soFar all solves of this run
     * @throws IOException if it cannot be kept; scoring then stops
     */
    default void solved(Provenance.Inverse soFar) throws IOException {}

    /** Returns whether a block has still to be computed; a sink that has it from an earlier run answers no. */
    default boolean wants(BlockRange range) {
        return true;
    }
}
