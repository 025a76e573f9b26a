package org.expunge.influence.score.outlier;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.GradientView;
import org.expunge.influence.gradient.Output;
import org.expunge.influence.gradient.Projection;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.ParameterLayout;
import org.expunge.influence.network.ParametricLayer;
import org.expunge.influence.network.Passes;
import org.expunge.influence.network.Slot;
import org.expunge.influence.network.Weights;
import org.expunge.influence.score.sketch.GradientSketch;

/** Gradients within the layers of a view as rows of numbers: written out where they are short, else projected. */
final class GradientFeatures {
    private final Engine engine;
    private final Network network;
    private final GradientView view;
    private final Projection projection;
    private final long maxBytes;

    GradientFeatures(Engine engine, Network network, GradientView view, Projection projection, long maxBytes) {
        this.engine = engine;
        this.network = network;
        this.view = view;
        this.projection = projection;
        this.maxBytes = maxBytes;
    }

    /** Returns the bytes of the features of so many rows, and of what they are made with. */
    long bytes(int rows) {
        long perRow = 2L * Double.BYTES * Math.min(parameters(), projection.dimensions());
        return rows * perRow + (isWritten() ? 0 : sketch().bytes(network));
    }

    /** Returns the features, {@code n × min(p_l, k)}. */
    double[][] of(Model model, Dataset data) {
        return isWritten() ? written(model, data) : sketch().of(model, data);
    }

    private GradientSketch sketch() {
        return new GradientSketch(engine, Output.LOSS, projection, maxBytes).within(view, network);
    }

    private boolean isWritten() {
        return parameters() <= projection.dimensions();
    }

    private double[][] written(Model model, Dataset data) {
        double[][] rows = new double[data.size()][(int) parameters()];
        try (Weights weights = Weights.of(engine.compute(), model);
                Passes passes = new Passes(engine, weights)) {
            passes.forEachTile(
                    data,
                    (worker, pass, from) -> view.backward(pass, (node, layer, slot) -> {
                        int length = parameters(node);
                        double[] flat = written(layer, slot, length);
                        for (int b = 0; b < slot.batch(); b++) {
                            System.arraycopy(flat, b * length, rows[from + b], offset(node), length);
                        }
                    }));
        }
        return rows;
    }

    /** Returns the gradients of a tile in one layer, {@code B × p_l}. */
    static double[] written(ParametricLayer layer, Slot slot, int length) {
        double[] flat = new double[slot.batch() * length];
        try (Buffer rows = slot.compute().allocate(flat.length)) {
            layer.gradients(slot, Matrix.of(rows, slot.batch(), length));
            slot.compute().read(rows, 0, flat, 0, flat.length);
        }
        return flat;
    }

    private long parameters() {
        return view.nodes().stream().mapToLong(this::parameters).sum();
    }

    private int parameters(int node) {
        return network.layout().of(node).stream()
                .mapToInt(ParameterLayout.Entry::length)
                .sum();
    }

    private int offset(int node) {
        return view.nodes().stream()
                .filter(other -> other < node)
                .mapToInt(this::parameters)
                .sum();
    }
}
