package org.expunge.influence.network;

import java.util.HashMap;
import java.util.Map;
import org.expunge.influence.compute.Replay;

/**
 * What one worker does with tile after tile, kernels alone, handed to the device as one piece where that is possible:
 * for full tiles of networks that {@linkplain Pass#isReplayable allow it}. Other tiles are done kernel by kernel.
 *
 * <p><b>Cost.</b> A place's first tile goes kernel by kernel and its second is recorded as well; what it uses is held
 * until this is closed.
 */
public final class TileReplays implements AutoCloseable {
    private record Place(Pass pass, int number) {}

    private final Map<Place, Replay> prepared = new HashMap<>();

    /**
     * Does kernels with a tile.
     *
     * @param pass the tile
     * @param place tells apart what is done: of the same pass and place, it is the same kernels with the same buffers
     *     and numbers each time
     * @param kernels calls kernels, and nothing that gives numbers to the host or takes them from it. Of one place the
     *     first is kept and stands for all that follow
     */
    public void run(Pass pass, int place, Runnable kernels) {
        if (pass.isReplayable()) {
            prepared.computeIfAbsent(new Place(pass, place), p -> pass.compute().replay(kernels))
                    .run();
        } else {
            kernels.run();
        }
    }

    @Override
    public void close() {
        prepared.values().forEach(Replay::close);
        prepared.clear();
    }
}
