package org.expunge.influence.score;

import org.expunge.influence.compute.Engine;
import org.expunge.influence.gradient.GradientBatch;
import org.expunge.influence.gradient.GradientView;
import org.expunge.influence.gradient.RowWindow;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.PassMemory;

/** Cuts a score table into the largest blocks that fit the memory allowed. */
final class MemoryPlanner {
    /** The part of the memory that rows may take while they wait to be multiplied with many queries at once. */
    private static final long WINDOW_SHARE = 8;

    private final Engine engine;
    private final Network network;
    private final GradientView view;
    private final int checkpoints;
    private final int tables;
    private final TrajectoryEstimator.Options options;

    /** Plans for {@code tables} score tables that are filled in one pass. */
    MemoryPlanner(
            Engine engine,
            Network network,
            GradientView view,
            int checkpoints,
            int tables,
            TrajectoryEstimator.Options options) {
        this.engine = engine;
        this.network = network;
        this.view = view;
        this.checkpoints = checkpoints;
        this.tables = tables;
        this.options = options;
    }

    /** Returns the plan. */
    MemoryPlan plan(int rows, int queries) {
        return choose(rows, queries).plan();
    }

    /** Returns how many rows wait in a window to be multiplied with the queries at once, under that plan. */
    int windowRows(int rows, int queries) {
        return choose(rows, queries).windowRows();
    }

    private record Choice(int windowRows, MemoryPlan plan) {}

    /** Windows of several tiles make products faster, but not at the price of more passes over the rows. */
    private Choice choose(int rows, int queries) {
        int tile = engine.tile();
        Choice least = new Choice(tile, plan(rows, queries, tile));
        long numbers = GradientBatch.numbersPerExample(network, view);
        long most = options.maxBytes() / (WINDOW_SHARE * engine.workers().count());
        int atMost = Math.min(rows, options.rowsPerBlock());
        int window = RowWindow.suitableRows(engine, numbers, atMost, most);
        for (; window > tile; window = Math.max(1, window / 2 / tile) * tile) {
            if (new Needs(window, 1).fits()) {
                MemoryPlan plan = plan(rows, queries, window);
                if (examples(plan) <= examples(least.plan())) {
                    return new Choice(window, plan);
                }
            }
        }
        return least;
    }

    /**
     * Keeping the queries' gradients at all checkpoints saves computing them again for each block of rows, but leaves
     * room for fewer queries at a time; the plan that passes fewer examples through the network wins.
     */
    private MemoryPlan plan(int rows, int queries, int windowRows) {
        Needs one = new Needs(windowRows, 1);
        WorkLimits.check(one.least(), options.maxBytes());
        MemoryPlan repeating = cut(rows, queries, one, checkpoints == 1);
        Needs all = new Needs(windowRows, checkpoints);
        if (!all.fits()) {
            return repeating;
        }
        MemoryPlan keeping = cut(rows, queries, all, true);
        return keeping.totalBytes() <= options.maxBytes() && examples(keeping) <= examples(repeating)
                ? keeping
                : repeating;
    }

    private static double examples(MemoryPlan plan) {
        double acrossQueries = Math.ceil(plan.queries() / (double) plan.queriesPerBlock());
        double acrossRows = plan.keepsQueries() ? 1 : Math.ceil(plan.rows() / (double) plan.rowsPerBlock());
        return acrossQueries * plan.rows() + acrossRows * plan.queries();
    }

    /** Bytes beside the scores, with the queries' gradients at some checkpoints held. */
    private final class Needs {
        final long fixed;
        final long stored;
        final long working;

        Needs(int windowRows, int checkpointsHeld) {
            int number = engine.compute().bytesPerNumber();
            long workers = engine.workers().count();
            long tileRows = workers * engine.tile();
            long windows = workers * windowRows;
            long perTileRow = PassMemory.numbersPerExample(network) + GradientBatch.rowNumbers(network, view);
            long perWindowRow = GradientBatch.numbersPerExample(network, view) * number
                    + (long) view.nodes().size() * Double.BYTES;
            fixed = (long) network.layout().length() * (number + Double.BYTES)
                    + tileRows * perTileRow * number
                    + windows * perWindowRow;
            stored = GradientBatch.numbersPerExample(network, view) * number * checkpointsHeld;
            working = windows * (2L * number + (2L + tables) * Double.BYTES);
        }

        long least() {
            return fixed + stored + working + (long) engine.tile() * tables * Double.BYTES;
        }

        boolean fits() {
            return least() <= options.maxBytes();
        }
    }

    private MemoryPlan cut(int rows, int queries, Needs needs, boolean keeps) {
        long available = options.maxBytes() - needs.fixed;
        long query = needs.stored + needs.working;
        long fits = Math.min(available / 2 / query, Integer.MAX_VALUE / engine.tile());
        long block = Math.max(1, Math.min(Math.min(fits, GradientBatch.mostExamples(network, view)), queries));
        long column = block * tables * Double.BYTES;
        long left = available - block * query;
        int rowsPerBlock = rowsPerBlock(rows, left / column, Integer.MAX_VALUE / block, keeps);
        return new MemoryPlan(
                rows,
                queries,
                rowsPerBlock,
                (int) block,
                keeps,
                needs.fixed + block * needs.working,
                block * needs.stored,
                column * rowsPerBlock,
                options.maxBytes());
    }

    /** A multiple of the tile, unless all rows fit at once. */
    private int rowsPerBlock(int rows, long byMemory, long byArray, boolean keepsQueries) {
        long most = Math.min(Math.min(byMemory, byArray), keepsQueries ? options.rowsPerBlock() : rows);
        if (most >= rows) {
            return Math.max(1, rows);
        }
        return (int) Math.max(engine.tile(), most / engine.tile() * engine.tile());
    }
}
