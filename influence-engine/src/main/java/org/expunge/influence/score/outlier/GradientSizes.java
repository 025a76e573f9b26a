package org.expunge.influence.score.outlier;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.compute.WorkerSums;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.GradientView;
import org.expunge.influence.network.LayerConsumer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.ParameterLayout;
import org.expunge.influence.network.ParametricLayer;
import org.expunge.influence.network.Passes;
import org.expunge.influence.network.Slot;
import org.expunge.influence.network.Weights;

/** Norms of gradients within the layers of a view, taken with δ scaled to 1 so that they do not underflow. */
final class GradientSizes {
    private final Engine engine;
    private final GradientView view;

    GradientSizes(Engine engine, GradientView view) {
        this.engine = engine;
        this.view = new GradientView(view.nodes(), true, false);
    }

    /** Returns {@code ‖g_i‖₂²}. */
    double[] squared(Model model, Dataset data) {
        double[] sizes;
        double[] deltaNorms;
        try (WorkerSums squares = new WorkerSums(engine, data.size())) {
            deltaNorms = walk(model, data, (worker, from) -> {
                Sums own = squares.of(worker);
                return (node, layer, slot) -> layer.addSquaredNorms(slot, own, from);
            });
            sizes = squares.toArray();
        }
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] *= deltaNorms[i] * deltaNorms[i];
        }
        return sizes;
    }

    /** Returns {@code ‖g_i‖₁}. */
    double[] absolute(Model model, Dataset data) {
        ParameterLayout layout = model.network().layout();
        double[] sizes = new double[data.size()];
        double[] deltaNorms = walk(model, data, (worker, from) -> (node, layer, slot) -> {
            if (layer.isFactored()) {
                addFactored(layer, slot, sizes, from);
            } else {
                int length = layout.of(node).stream()
                        .mapToInt(ParameterLayout.Entry::length)
                        .sum();
                addWritten(layer, slot, length, sizes, from);
            }
        });
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] *= deltaNorms[i];
        }
        return sizes;
    }

    /** Makes what looks at the layers of a tile. */
    @FunctionalInterface
    private interface TileConsumer {
        LayerConsumer of(int worker, int from);
    }

    private double[] walk(Model model, Dataset data, TileConsumer consumer) {
        try (WorkerSums deltaNorms = new WorkerSums(engine, data.size());
                Weights weights = Weights.of(engine.compute(), model);
                Passes passes = new Passes(engine, weights)) {
            passes.forEachTile(
                    data,
                    (worker, pass, from) ->
                            view.backward(pass, deltaNorms.of(worker), from, consumer.of(worker, from)));
            return deltaNorms.toArray();
        }
    }

    /** {@code ‖δ ⊗ (a, 1)‖₁ = ‖δ‖₁ (‖a‖₁ + 1)}. */
    private static void addFactored(ParametricLayer layer, Slot slot, double[] sizes, int from) {
        double[] inputs = columnSums(slot, slot.input(0), slot.inputShape(0).length());
        double[] deltas = columnSums(slot, slot.delta(), slot.outputShape().length());
        for (int b = 0; b < slot.batch(); b++) {
            sizes[from + b] += deltas[b] * (inputs[b] + (layer.hasBias() ? 1 : 0));
        }
    }

    private static double[] columnSums(Slot slot, Buffer values, int rows) {
        double[] flat = new double[rows * slot.batch()];
        slot.compute().read(values, 0, flat, 0, flat.length);
        double[] sums = new double[slot.batch()];
        for (int i = 0; i < flat.length; i++) {
            sums[i % sums.length] += Math.abs(flat[i]);
        }
        return sums;
    }

    private static void addWritten(ParametricLayer layer, Slot slot, int length, double[] sizes, int from) {
        double[] flat = GradientFeatures.written(layer, slot, length);
        for (int i = 0; i < flat.length; i++) {
            sizes[from + i / length] += Math.abs(flat[i]);
        }
    }
}
