package org.expunge.influence.gradient;

import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;

/** One {@link Scratch} for each worker of an engine. */
public final class WorkerScratch implements AutoCloseable {
    private final Scratch[] scratches;

    /** Starts all of them empty. */
    public WorkerScratch(Engine engine) {
        scratches = IntStream.range(0, engine.workers().count())
                .mapToObj(w -> new Scratch(engine.compute()))
                .toArray(Scratch[]::new);
    }

    /** Returns the scratch of a worker. */
    public Scratch of(int worker) {
        return scratches[worker];
    }

    @Override
    public void close() {
        for (Scratch scratch : scratches) {
            scratch.close();
        }
    }
}
