package org.expunge.influence.score.sketch;

import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.Output;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.gradient.Projection;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.score.MemoryPlan;

/**
 * Shortens gradients, with as much of P in memory at a time as a share of the memory allows.
 *
 * <p><b>Cost.</b> A forward and backward pass for each part of P, and k p multiplications a row.
 */
public final class GradientSketch {
    /** P and its copies take at most this share of the memory allowed. */
    private static final int SHARE = 4;

    private final Engine engine;
    private final Output output;
    private final Projection projection;
    private final long maxBytes;

    /**
     * Prepares sketches.
     *
     * @param engine where passes run
     * @param output what gradients are of
     * @param projection P
     * @param maxBytes the memory allowed to all of a method
     */
    public GradientSketch(Engine engine, Output output, Projection projection, long maxBytes) {
        this.engine = engine;
        this.output = output;
        this.projection = projection;
        this.maxBytes = maxBytes;
    }

    /** Returns {@code P g_i} of each row, {@code n × k}. */
    public double[][] of(Model model, Dataset rows) {
        return new PerExample(engine, output).projections(model, rows, projection, directionsAtOnce(model.network()));
    }

    /** Returns the bytes that a part of P, the weights and the passes take. */
    public long bytes(Network network) {
        return MemoryPlan.passBytes(engine, network) + directionsAtOnce(network) * directionBytes(network);
    }

    private int directionsAtOnce(Network network) {
        long fit = maxBytes / SHARE / directionBytes(network);
        return (int) Math.max(1, Math.min(projection.dimensions(), fit));
    }

    private long directionBytes(Network network) {
        return (long) network.layout().length()
                * (Double.BYTES + engine.compute().precision().bytes());
    }
}
