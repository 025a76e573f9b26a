package org.expunge.influence.gradient;

import java.util.Collection;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.TileReplays;

/** A {@link RowWindow}, a {@link Scratch} and what is prepared of tiles, for each worker of an engine. */
final class Windows implements AutoCloseable {
    private final RowWindow[] windows;
    private final WorkerScratch scratches;
    private final TileReplays[] tiles;

    Windows(Engine engine, Network network, Collection<Integer> nodes, int rows) {
        windows = IntStream.range(0, engine.workers().count())
                .mapToObj(w -> new RowWindow(engine.compute(), network, nodes, rows))
                .toArray(RowWindow[]::new);
        scratches = new WorkerScratch(engine);
        tiles = Stream.generate(TileReplays::new).limit(windows.length).toArray(TileReplays[]::new);
    }

    RowWindow of(int worker) {
        return windows[worker];
    }

    Scratch scratch(int worker) {
        return scratches.of(worker);
    }

    TileReplays tiles(int worker) {
        return tiles[worker];
    }

    @Override
    public void close() {
        for (TileReplays ofWorker : tiles) {
            ofWorker.close();
        }
        for (RowWindow window : windows) {
            window.close();
        }
        scratches.close();
    }
}
