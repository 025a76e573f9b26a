package org.expunge.influence.gradient;

import java.util.List;

/** Gradient norms of n examples: whole, and within each layer with parameters. */
public final class GradientNorms {
    private final List<String> layers;
    private final double[][] byLayer;
    private final double[] total;

    /**
     * Scales unit norms back.
     *
     * @param layers names of the layers with parameters
     * @param unitSquares squared norm of each layer and example for δ of norm 1; kept and overwritten
     * @param deltaNorms {@code ‖δ_i‖} at the logits
     */
    GradientNorms(List<String> layers, double[][] unitSquares, double[] deltaNorms) {
        this.layers = List.copyOf(layers);
        this.byLayer = unitSquares;
        this.total = new double[deltaNorms.length];
        for (double[] layer : unitSquares) {
            for (int i = 0; i < total.length; i++) {
                total[i] += layer[i];
                layer[i] = deltaNorms[i] * Math.sqrt(layer[i]);
            }
        }
        for (int i = 0; i < total.length; i++) {
            total[i] = deltaNorms[i] * Math.sqrt(total[i]);
        }
    }

    /** Returns the names of the layers, in the network's order. */
    public List<String> layers() {
        return layers;
    }

    /** Returns {@code ‖g_i‖} within layer {@code layer} of {@link #layers}, n numbers; a copy. */
    public double[] ofLayer(int layer) {
        return byLayer[layer].clone();
    }

    /** Returns {@code ‖g_i‖} over all layers, n numbers; a copy. */
    public double[] total() {
        return total.clone();
    }
}
