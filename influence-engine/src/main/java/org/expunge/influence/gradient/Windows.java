package org.expunge.influence.gradient;

import java.util.Collection;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.network.Network;

/** A {@link RowWindow} and a {@link Scratch} for each worker of an engine. */
final class Windows implements AutoCloseable {
    private final RowWindow[] windows;
    private final WorkerScratch scratches;

    Windows(Engine engine, Network network, Collection<Integer> nodes, int rows) {
        windows = IntStream.range(0, engine.workers().count())
                .mapToObj(w -> new RowWindow(engine.compute(), network, nodes, rows))
                .toArray(RowWindow[]::new);
        scratches = new WorkerScratch(engine);
    }

    RowWindow of(int worker) {
        return windows[worker];
    }

    Scratch scratch(int worker) {
        return scratches.of(worker);
    }

    @Override
    public void close() {
        for (RowWindow window : windows) {
            window.close();
        }
        scratches.close();
    }
}
