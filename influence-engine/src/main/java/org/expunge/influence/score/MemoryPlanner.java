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

    MemoryPlan plan(int rows, int queries) {
        int number = engine.compute().precision().bytes();
        int tile = engine.tile();
        long tileRows = (long) tile * engine.workers().count();
        long fixed = (long) network.layout().length() * (number + Double.BYTES)
                + tileRows * passNumbers() * number
                + tileRows * GradientBatch.rowNumbers(network, view) * number;
        long stored = GradientBatch.numbersPerExample(network, view) * number;
        long working = tileRows * (2L * number + 3L * Double.BYTES);
        long available = options.maxBytes() - fixed;
        long least = stored + working + (long) tile * Double.BYTES;
        checkArgument(
                available >= least,
                "scoring needs at least %s bytes but maxBytes is %s; raise it, or use fewer workers or a smaller tile",
                fixed + least,
                options.maxBytes());

        long fits = Math.max(1, Math.min(available / 2 / (stored + working), Integer.MAX_VALUE / tile));
        int most = GradientBatch.mostExamples(network, view);
        int block = (int) Math.max(1, Math.min(Math.min(fits, most), queries));
        long left = available - block * (stored + working);
        long whole = Math.multiplyExact((long) block, Double.BYTES);
        long others = (checkpoints - 1L) * block * stored;
        boolean keeps = others + whole * tile <= left / 2 || checkpoints == 1;
        long forSums = keeps ? left - others : left;
        int rowsPerBlock = rowsPerBlock(rows, forSums / whole, Integer.MAX_VALUE / block, keeps);
        return new MemoryPlan(
                rows,
                queries,
                rowsPerBlock,
                block,
                keeps,
                fixed + block * working,
                block * stored + (keeps ? others : 0),
                whole * rowsPerBlock,
                options.maxBytes());
    }

    /** A multiple of the tile, unless all rows fit at once. */
    private int rowsPerBlock(int rows, long byMemory, int byArray, boolean keepsQueries) {
        long most = Math.min(Math.min(byMemory, byArray), keepsQueries ? options.rowsPerBlock() : rows);
        if (most >= rows) {
            return Math.max(1, rows);
        }
        return (int) Math.max(engine.tile(), most / engine.tile() * engine.tile());
    }

    /** Numbers that a pass holds for each example: inputs, outputs, their derivatives, and columns of convolutions. */
    private long passNumbers() {
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
