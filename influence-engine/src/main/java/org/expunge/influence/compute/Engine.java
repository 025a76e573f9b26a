package org.expunge.influence.compute;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * Where and how wide the work runs: a compute, its workers and the tile that one worker takes through a network at a
 * time. Everything that passes data through a network is given one.
 *
 * @param compute the arithmetic
 * @param workers the threads; each owns its scratch
 * @param tile examples a worker handles at once, at least 1; results depend on it only through rounding
 */
public record Engine(Compute compute, Workers workers, int tile) implements AutoCloseable {
    /** Checks the tile. */
    public Engine {
        checkArgument(tile >= 1, "tile must be at least 1, got %s", tile);
    }

    @Override
    public void close() {
        workers.close();
        compute.close();
    }
}
