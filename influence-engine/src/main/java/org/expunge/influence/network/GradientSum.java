package org.expunge.influence.network;

/**
 * Adds {@code Σ_b g_b} of every tile it sees to one set of tensors.
 *
 * @param sums added to; starts where the caller left it
 */
public record GradientSum(Tensors sums) implements LayerConsumer {
    @Override
    public void onLayer(int node, ParametricLayer layer, Slot slot) {
        layer.addGradientSum(slot, sums.of(node));
    }
}
