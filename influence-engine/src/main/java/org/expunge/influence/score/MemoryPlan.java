package org.expunge.influence.score;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.PassMemory;

/**
 * How a score table is cut into blocks, and the memory that this takes. Made before the run and kept to.
 *
 * @param rows n
 * @param queries m
 * @param rowsPerBlock training rows of a block
 * @param queriesPerBlock queries of a block
 * @param keepsQueries whether the queries' gradients at all checkpoints stay in memory from one block of rows to the
 *     next; if not, they are computed again for each
 * @param modelBytes weights of one checkpoint, and what passes and contractions need for each worker
 * @param queryBytes the queries' gradients
 * @param sumBytes the block's scores, in double
 * @param maxBytes what was allowed
 */
public record MemoryPlan(
        int rows,
        int queries,
        int rowsPerBlock,
        int queriesPerBlock,
        boolean keepsQueries,
        long modelBytes,
        long queryBytes,
        long sumBytes,
        long maxBytes) {

    /** Checks the sizes. */
    public MemoryPlan {
        checkArgument(
                rowsPerBlock >= 1 && queriesPerBlock >= 1,
                "a block needs rows and queries, got %s and %s",
                rowsPerBlock,
                queriesPerBlock);
    }

    /**
     * Returns the bytes of one set of weights, on the compute and on the host, and of a pass for each worker.
     *
     * @param engine where passes run
     * @param network the network
     */
    public static long passBytes(Engine engine, Network network) {
        int number = engine.compute().bytesPerNumber();
        long tileRows = (long) engine.tile() * engine.workers().count();
        return (long) network.layout().length() * (number + Double.BYTES)
                + tileRows * PassMemory.numbersPerExample(network) * number;
    }

    /** Returns the bytes in use at once. */
    public long totalBytes() {
        return modelBytes + queryBytes + sumBytes;
    }

    /** Returns the blocks in the order of work: all rows for the first queries, then for the next. */
    public List<BlockRange> blocks() {
        List<BlockRange> blocks = new ArrayList<>();
        for (int q = 0; q < queries; q += queriesPerBlock) {
            for (int r = 0; r < rows; r += rowsPerBlock) {
                blocks.add(
                        new BlockRange(q, Math.min(queriesPerBlock, queries - q), r, Math.min(rowsPerBlock, rows - r)));
            }
        }
        return blocks;
    }

    /** Returns the plan in one line, to be shown before the run. */
    public String describe() {
        return String.format(
                Locale.ROOT,
                "%d rows x %d queries in blocks of %d x %d; %.1f MiB of %.1f MiB: model and workers %.1f, queries"
                        + " %.1f%s, scores %.1f",
                rows,
                queries,
                rowsPerBlock,
                queriesPerBlock,
                mebibytes(totalBytes()),
                mebibytes(maxBytes),
                mebibytes(modelBytes),
                mebibytes(queryBytes),
                keepsQueries ? "" : " (computed again for each block of rows)",
                mebibytes(sumBytes));
    }

    private static double mebibytes(long bytes) {
        return bytes / (double) (1 << 20);
    }
}
