package org.expunge.influence.network;

import java.util.ArrayList;
import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.jspecify.annotations.Nullable;

/**
 * One pass for each worker of an engine, and the way a data set is taken through them: cut into tiles in row order,
 * each tile forwarded by one worker and handed to a task.
 */
public final class Passes implements AutoCloseable {
    /** What is done with a tile after its forward pass. */
    @FunctionalInterface
    public interface TileTask {
        /**
         * Uses one tile.
         *
         * @param worker the worker's number
         * @param pass its pass, forwarded
         * @param from index of the tile's first example within the rows given
         */
        void run(int worker, Pass pass, int from);
    }

    /** What is done after the last tile of a run. */
    @FunctionalInterface
    public interface RunEnd {
        /**
         * Ends one run.
         *
         * @param worker the worker's number
         * @param from index of the run's first example within the rows given
         * @param count how many examples it had
         */
        void run(int worker, int from, int count);
    }

    private final Engine engine;
    private final Weights weights;
    private final boolean wantsInputDelta;
    private final List<@Nullable Pass> passes = new ArrayList<>();

    /** Opens passes over {@code weights}, which stays the caller's to close. */
    public Passes(Engine engine, Weights weights) {
        this(engine, weights, false);
    }

    /**
     * Opens passes.
     *
     * @param wantsInputDelta whether backward also computes derivatives with respect to the input
     */
    public Passes(Engine engine, Weights weights, boolean wantsInputDelta) {
        this.engine = engine;
        this.weights = weights;
        this.wantsInputDelta = wantsInputDelta;
        for (int w = 0; w < engine.workers().count(); w++) {
            passes.add(null);
        }
    }

    /** Returns the engine. */
    public Engine engine() {
        return engine;
    }

    /** Returns the network. */
    public Network network() {
        return weights.network();
    }

    /** Takes all rows of {@code data} through the network in inference. */
    public void forEachTile(Dataset data, TileTask task) {
        int[] rows = new int[data.size()];
        java.util.Arrays.setAll(rows, i -> i);
        forEachTile(data, rows, task);
    }

    /**
     * Takes {@code rows} of {@code data} through the network in inference.
     *
     * @param rows indices into data; examples are counted by their position here
     */
    public void forEachTile(Dataset data, int[] rows, TileTask task) {
        int tile = engine.tile();
        int tiles = (rows.length + tile - 1) / tile;
        engine.workers().run(tiles, (worker, t) -> {
            boolean isLast = t + 1 == engine.workers().firstTask(worker + 1, tiles);
            forward(worker, data, rows, t * tile, isLast ? rows.length : (t + 1) * tile, task);
        });
    }

    /**
     * Takes all rows of {@code data} through the network in inference, several tiles in a run: a worker does the tiles
     * of a run one after the other, and then ends the run.
     *
     * @param tilesPerRun tiles of each run but the last, at least 1
     * @param task uses a tile
     * @param end ends a run
     */
    public void forEachRun(Dataset data, int tilesPerRun, TileTask task, RunEnd end) {
        int[] rows = new int[data.size()];
        java.util.Arrays.setAll(rows, i -> i);
        int tile = engine.tile();
        int length = Math.multiplyExact(tile, tilesPerRun);
        int runs = (rows.length + length - 1) / length;
        engine.workers().run(runs, (worker, r) -> {
            int last = Math.min(rows.length, (r + 1) * length);
            boolean isLastRun = r + 1 == engine.workers().firstTask(worker + 1, runs);
            for (int from = r * length; from < last; from += tile) {
                boolean isLast = isLastRun && from + tile >= last;
                forward(worker, data, rows, from, isLast ? rows.length : from + tile, task);
            }
            end.run(worker, r * length, last - r * length);
        });
    }

    /** Takes a tile through the network; the worker's next one begins at {@code next}, if there are rows from there. */
    private void forward(int worker, Dataset data, int[] rows, int from, int next, TileTask task) {
        Pass pass = pass(worker);
        pass.load(data, rows, from, Math.min(rows.length, from + engine.tile()));
        pass.forward();
        pass.announce(data, rows, Math.min(rows.length, next), Math.min(rows.length, next + engine.tile()));
        task.run(worker, pass, from);
    }

    private Pass pass(int worker) {
        Pass existing = passes.get(worker);
        if (existing == null) {
            existing = new Pass(engine.compute(), weights, engine.tile(), wantsInputDelta);
            passes.set(worker, existing);
        }
        return existing;
    }

    @Override
    public void close() {
        for (Pass pass : passes) {
            if (pass != null) {
                pass.close();
            }
        }
    }
}
