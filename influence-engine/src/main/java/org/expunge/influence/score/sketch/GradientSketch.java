package org.expunge.influence.score.sketch;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.GradientView;
import org.expunge.influence.gradient.Output;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.gradient.Projection;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.ParameterLayout;
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
    private final Set<Integer> left;

    /**
     * Prepares sketches of whole gradients.
     *
     * @param engine where passes run
     * @param output what gradients are of
     * @param projection P
     * @param maxBytes the memory allowed to all of a method
     */
    public GradientSketch(Engine engine, Output output, Projection projection, long maxBytes) {
        this(engine, output, projection, maxBytes, Set.of());
    }

    private GradientSketch(Engine engine, Output output, Projection projection, long maxBytes, Set<Integer> left) {
        this.engine = engine;
        this.output = output;
        this.projection = projection;
        this.maxBytes = maxBytes;
        this.left = left;
    }

    /** Returns the same sketches of the gradients in some layers; P counts the others' parameters as 0. */
    public GradientSketch within(GradientView view, Network network) {
        Set<Integer> others = new HashSet<>(network.parametricNodes());
        others.removeAll(view.nodes());
        return new GradientSketch(engine, output, projection, maxBytes, others);
    }

    /** Returns {@code P g_i} of each row, {@code n × k}. */
    public double[][] of(Model model, Dataset rows) {
        ParameterLayout layout = model.network().layout();
        return new PerExample(engine, output)
                .projections(
                        model,
                        rows,
                        projection.dimensions(),
                        k -> direction(k, layout),
                        directionsAtOnce(model.network()));
    }

    private double[] direction(int k, ParameterLayout layout) {
        double[] direction = projection.direction(k, layout.length());
        for (ParameterLayout.Entry entry : layout.entries()) {
            if (left.contains(entry.node())) {
                Arrays.fill(direction, entry.offset(), entry.offset() + entry.length(), 0);
            }
        }
        return direction;
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
