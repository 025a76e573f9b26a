package org.expunge.influence.gradient;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.ParametricLayer;
import org.expunge.influence.network.Passes;
import org.expunge.influence.network.Slot;
import org.expunge.influence.network.Weights;

/**
 * The gradients of m examples at one set of weights, kept on the compute so that other examples can be contracted with
 * them layer by layer while they pass through.
 *
 * <p><b>Shapes.</b> A factored layer (dense) keeps {@code (in + out) · m} numbers; any other keeps {@code m · p_l}, or
 * {@code p_l} when there is one example and no norms are wanted.
 *
 * <p><b>Accuracy.</b> A product within one layer is in the compute's precision; norms and sums over layers are double.
 *
 * <p><b>Cost.</b> One forward and backward pass over the m examples. A pair then costs 2(in + out) FLOP in a factored
 * layer and 2 p_l in another, where each new example's own gradient is written once; with a single stored example and
 * no norms such a layer costs one forward-like product instead.
 */
public final class GradientBatch implements AutoCloseable {
    private final GradientView view;
    private final int examples;
    private final Map<Integer, LayerGradients> layers = new LinkedHashMap<>();
    private final double[] deltaNorms;

    private GradientBatch(GradientView view, Compute compute, Network network, int examples) {
        this.view = view;
        this.examples = examples;
        this.deltaNorms = new double[examples];
        for (int node : view.nodes()) {
            layers.put(node, open(view, compute, network, node, examples));
        }
    }

    /**
     * Computes and stores gradients.
     *
     * @param engine where to compute
     * @param weights the weights, on that engine's compute
     * @param data the m examples, at least 1; their targets are the labels differentiated
     * @param view which layers, and how
     * @return the gradients; the caller closes them
     */
    public static GradientBatch of(Engine engine, Weights weights, Dataset data, GradientView view) {
        checkArgument(data.size() >= 1, "data %s has no rows to take gradients of", data.name());
        GradientBatch batch = new GradientBatch(view, engine.compute(), weights.network(), data.size());
        try (Passes passes = new Passes(engine, weights);
                WorkerScratch scratches = new WorkerScratch(engine)) {
            passes.forEachTile(data, (worker, pass, from) -> {
                Scratch scratch = scratches.of(worker);
                view.backward(
                        pass,
                        batch.deltaNorms,
                        from,
                        (node, layer, slot) -> batch.of(node).store(layer, slot, scratch, from));
            });
        } catch (RuntimeException e) {
            batch.close();
            throw e;
        }
        return batch;
    }

    /**
     * Returns how many numbers one more example takes to store.
     *
     * @param network the network
     * @param view which layers
     */
    public static long numbersPerExample(Network network, GradientView view) {
        return sizes(network, view)
                .mapToLong(size -> size.isFactored() ? (long) size.inputs() + size.outputs() : size.parameters())
                .sum();
    }

    /**
     * Returns how many numbers a worker writes out for each example of a tile: the largest layer that is not factored.
     */
    public static long rowNumbers(Network network, GradientView view) {
        return sizes(network, view)
                .filter(size -> !size.isFactored())
                .mapToLong(LayerSize::parameters)
                .max()
                .orElse(0);
    }

    /** Returns the most examples that a batch can hold: an array's length over the widest layer. */
    public static int mostExamples(Network network, GradientView view) {
        long widest = sizes(network, view)
                .mapToLong(size -> size.isFactored() ? Math.max(size.inputs(), size.outputs()) : size.parameters())
                .max()
                .orElse(1);
        return (int) (Integer.MAX_VALUE / widest);
    }

    /** Returns m. */
    public int examples() {
        return examples;
    }

    /** Returns the view that the gradients were taken with; whoever contracts with them uses the same. */
    public GradientView view() {
        return view;
    }

    /**
     * Returns {@code ‖δ_q‖} at the logits of each stored example before it was scaled to 1; zeros if the view does not
     * scale.
     */
    public double[] deltaNorms() {
        return deltaNorms.clone();
    }

    /**
     * Adds the products of one layer of a tile with the stored gradients.
     *
     * @param node the layer's node, in the view
     * @param layer the layer
     * @param slot its slot, δ known
     * @param scratch the calling worker's
     * @param dots {@code ⟨g_b, g_q⟩} of this layer is added to entry {@code b · m + q}
     * @param norms {@code ‖g_b‖²} of this layer is added to entry b, if the view wants norms; else left alone
     */
    public void contract(int node, ParametricLayer layer, Slot slot, Scratch scratch, double[] dots, double[] norms) {
        of(node).contract(layer, slot, scratch, dots, norms);
    }

    /** Returns {@code ‖g_q‖²} of one layer for each stored example; zeros unless the view wants norms. */
    public double[] squaredNorms(int node) {
        return of(node).squaredNorms().clone();
    }

    private LayerGradients of(int node) {
        LayerGradients found = layers.get(node);
        checkArgument(found != null, "node %s is not among the layers %s", node, view.nodes());
        return found;
    }

    private static LayerGradients open(GradientView view, Compute compute, Network network, int node, int examples) {
        LayerSize size = LayerSize.of(network, node);
        if (size.isFactored()) {
            return new FactoredGradients(compute, examples, size.inputs(), size.outputs(), view.wantsNorms());
        }
        return examples == 1 && !view.wantsNorms()
                ? new SummedGradient(compute, network.layout().of(node))
                : new RowGradients(compute, examples, size.parameters(), view.wantsNorms());
    }

    private static Stream<LayerSize> sizes(Network network, GradientView view) {
        return view.nodes().stream().map(node -> LayerSize.of(network, node));
    }

    @Override
    public void close() {
        layers.values().forEach(LayerGradients::close);
    }
}
