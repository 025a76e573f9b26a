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
            Pass pass = pass(worker);
            int from = t * tile;
            pass.load(data, rows, from, Math.min(rows.length, from + tile));
            pass.forward();
            task.run(worker, pass, from);
        });
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
