package org.expunge.influence.score;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Shape;
import org.expunge.influence.gradient.GradientBatch;
import org.expunge.influence.gradient.GradientView;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.ParameterLayout;

/** Cuts a score table into the largest blocks that fit the memory allowed. */
final class MemoryPlanner {
    private final Engine engine;
    private final Network network;
    private final GradientView view;
    private final int checkpoints;
    private final TrajectoryEstimator.Options options;

    MemoryPlanner(
            Engine engine, Network network, GradientView view, int checkpoints, TrajectoryEstimator.Options options) {
        this.engine = engine;
        this.network = network;
        this.view = view;
        this.checkpoints = checkpoints;
        this.options = options;
    }

    /**
     * Keeping the queries' gradients at all checkpoints saves computing them again for each block of rows, but leaves
     * room for fewer queries at a time; the plan that passes fewer examples through the network wins.
     */
    MemoryPlan plan(int rows, int queries) {
        MemoryPlan keeping = cut(rows, queries, checkpoints, true);
        MemoryPlan repeating = cut(rows, queries, 1, checkpoints == 1);
        return keeping.totalBytes() <= options.maxBytes() && examples(keeping) <= examples(repeating)
                ? keeping
                : repeating;
    }

    private static double examples(MemoryPlan plan) {
        double acrossQueries = Math.ceil(plan.queries() / (double) plan.queriesPerBlock());
        double acrossRows = plan.keepsQueries() ? 1 : Math.ceil(plan.rows() / (double) plan.rowsPerBlock());
        return acrossQueries * plan.rows() + acrossRows * plan.queries();
    }

    private MemoryPlan cut(int rows, int queries, int checkpointsHeld, boolean keeps) {
        int number = engine.compute().precision().bytes();
        int tile = engine.tile();
        long tileRows = (long) tile * engine.workers().count();
        long fixed = (long) network.layout().length() * (number + Double.BYTES)
                + tileRows * passNumbers(network) * number
                + tileRows * GradientBatch.rowNumbers(network, view) * number;
        long stored = GradientBatch.numbersPerExample(network, view) * number * checkpointsHeld;
        long working = tileRows * (2L * number + 3L * Double.BYTES);
        long available = options.maxBytes() - fixed;
        long least = stored + working + (long) tile * Double.BYTES;
        boolean isLastResort = checkpointsHeld == 1;
        checkArgument(
                !isLastResort || available >= least,
                "scoring needs at least %s bytes but maxBytes is %s; raise it, or use fewer workers or a smaller tile",
                fixed + least,
                options.maxBytes());

        long fits = Math.min(available / 2 / (stored + working), Integer.MAX_VALUE / tile);
        long block = Math.max(1, Math.min(Math.min(fits, GradientBatch.mostExamples(network, view)), queries));
        long column = block * Double.BYTES;
        long left = available - block * (stored + working);
        int rowsPerBlock = rowsPerBlock(rows, left / column, Integer.MAX_VALUE / block, keeps);
        return new MemoryPlan(
                rows,
                queries,
                rowsPerBlock,
                (int) block,
                keeps,
                fixed + block * working,
                block * stored,
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

    /** Numbers that a pass holds for each example: inputs, outputs, their derivatives, and columns of convolutions. */
    static long passNumbers(Network network) {
        long numbers = 2L * network.input().length() + 2L * network.outputs();
        for (int i = 0; i < network.nodes().size(); i++) {
            Shape output = network.nodes().get(i).output();
            numbers += 2L * output.length() + columnNumbers(network.layout().of(i), output);
        }
        return numbers;
    }

    private static long columnNumbers(List<ParameterLayout.Entry> entries, Shape output) {
        return entries.stream()
                .filter(entry -> entry.tensor().shape().size() > 2)
                .mapToLong(entry -> 2L * entry.tensor().fanIn() * output.height() * output.width())
                .sum();
    }
}
