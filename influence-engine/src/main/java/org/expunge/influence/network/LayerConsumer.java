package org.expunge.influence.network;

/**
 * Takes what it wants from each layer with parameters as the backward pass reaches it, while the tile is hot in cache:
 * a gradient sum, norms, dots. Estimators are consumers; they never walk the layers themselves.
 */
@FunctionalInterface
public interface LayerConsumer {
    /** Leaves the gradients alone. */
    LayerConsumer NONE = (node, layer, slot) -> {};

    /**
     * Sees one layer after its {@link Slot#delta} is complete and before its inputs' derivatives are computed.
     *
     * @param node the node's index
     * @param layer the layer
     * @param slot its slot: input, delta, tensors
     */
    void onLayer(int node, ParametricLayer layer, Slot slot);

    /** Returns a consumer that hands each layer to this one and then to {@code other}. */
    default LayerConsumer and(LayerConsumer other) {
        return (node, layer, slot) -> {
            onLayer(node, layer, slot);
            other.onLayer(node, layer, slot);
        };
    }
}
