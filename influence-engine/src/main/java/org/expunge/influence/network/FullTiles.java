package org.expunge.influence.network;

import java.util.ArrayList;
import java.util.List;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Replay;
import org.jspecify.annotations.Nullable;

/**
 * The passes of full tiles in inference, prepared: the layers forward as one piece, and backward in one piece from each
 * consumer's call to the next, or as one where nobody consumes.
 */
final class FullTiles implements AutoCloseable {
    /**
     * A layer that consumers see and the layers from it to the next such one.
     *
     * @param seen the layer, or nothing before the first
     * @param behind what runs backward then, or nothing
     */
    private record Piece(@Nullable Integer seen, @Nullable Replay behind) {}

    private final Compute compute;
    private final LayerRun layers;
    private final BackwardPlan plan;
    private final Replay forward;
    private final Replay backward;
    private final List<Piece> pieces = new ArrayList<>();

    FullTiles(Compute compute, LayerRun layers, BackwardPlan plan, int nodes) {
        this.compute = compute;
        this.layers = layers;
        this.plan = plan;
        this.forward = compute.replay(() -> layers.forward(0, nodes));
        this.backward = compute.replay(() -> layers.backward(nodes, 0));
        int end = nodes;
        Integer seen = null;
        for (int i = nodes - 1; i >= 0; i--) {
            if (plan.isConsumed(i)) {
                pieces.add(new Piece(seen, behind(end, i + 1)));
                seen = i;
                end = i + 1;
            }
        }
        pieces.add(new Piece(seen, behind(end, 0)));
    }

    private @Nullable Replay behind(int from, int to) {
        for (int i = to; i < from; i++) {
            if (plan.continues(i)) {
                return compute.replay(() -> layers.backward(from, to));
            }
        }
        return null;
    }

    void forward() {
        forward.run();
    }

    void backward(LayerConsumer consumer) {
        if (consumer == LayerConsumer.NONE) {
            backward.run();
            return;
        }
        for (Piece piece : pieces) {
            if (piece.seen() != null) {
                layers.consume(piece.seen(), consumer);
            }
            if (piece.behind() != null) {
                piece.behind().run();
            }
        }
    }

    @Override
    public void close() {
        forward.close();
        backward.close();
        for (Piece piece : pieces) {
            if (piece.behind() != null) {
                piece.behind().close();
            }
        }
    }
}
