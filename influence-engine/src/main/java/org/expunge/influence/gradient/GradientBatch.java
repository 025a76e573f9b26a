package org.expunge.influence.gradient;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.LinearKernels;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.compute.WorkerSums;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.ParametricLayer;
import org.expunge.influence.network.Passes;
import org.expunge.influence.network.Slot;
import org.expunge.influence.network.Weights;
import org.jspecify.annotations.Nullable;

/**
 * The gradients of m examples at one set of weights, kept on the compute so that other examples can be contracted with
 * them, a window of rows at a time.
 *
 * <p><b>Shapes.</b> A factored layer (dense) keeps {@code (in + 1 + out) · m} numbers, a sparse one (embedding) the
 * columns that it touches; any other keeps {@code m · p_l}, or {@code p_l} when there is one example and no norms are
 * wanted.
 *
 * <p><b>Accuracy.</b> A product within one layer is in the compute's precision; norms and sums over layers are double.
 *
 * <p><b>Cost.</b> One forward and backward pass over the m examples. A pair then costs 2(in + 1 + out) FLOP in a
 * factored layer, 2 width for each column that both touch in a sparse one, and 2 p_l in another, where each new
 * example's own gradient is written once; with a single stored example and no norms such a layer costs one forward-like
 * product instead.
 */
public final class GradientBatch implements AutoCloseable {
    private final GradientView view;
    private final Compute compute;
    private final Network network;
    private final int examples;
    private final RowWindow rows;
    private final Map<Integer, SummedGradient> summed = new HashMap<>();
    private final Map<Integer, double[]> squaredNorms = new HashMap<>();
    private final double[] deltaNorms;

    private GradientBatch(GradientView view, Compute compute, Network network, int examples) {
        this.view = view;
        this.compute = compute;
        this.network = network;
        this.examples = examples;
        this.deltaNorms = new double[examples];
        for (int node : view.nodes()) {
            squaredNorms.put(node, new double[examples]);
            if (examples == 1
                    && !view.wantsNorms()
                    && !LayerSize.of(network, node).isFactored()) {
                summed.put(node, new SummedGradient(compute, network.layout().of(node)));
            }
        }
        this.rows = window(examples);
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
                WorkerScratch scratches = new WorkerScratch(engine);
                WorkerSums norms = new WorkerSums(engine, batch.normCount())) {
            passes.forEachTile(data, (worker, pass, from) -> {
                Scratch scratch = scratches.of(worker);
                Sums own = norms.of(worker);
                view.backward(
                        pass, own, from, (node, layer, slot) -> batch.store(node, layer, slot, scratch, from, own));
            });
            batch.takeNorms(norms.toArray());
        } catch (RuntimeException e) {
            batch.close();
            throw e;
        }
        return batch;
    }

    private void store(int node, ParametricLayer layer, Slot slot, Scratch scratch, int from, Sums norms) {
        SummedGradient sum = summed.get(node);
        if (sum != null) {
            sum.store(layer, slot);
        } else {
            int first = (1 + view.nodes().indexOf(node)) * examples;
            rows.store(node, layer, slot, scratch, from, view.wantsNorms() ? norms : null, first + from);
        }
    }

    /** Returns how many norms are found: those of δ, and behind them those of each layer if they are wanted. */
    private int normCount() {
        return Math.multiplyExact(
                examples, 1 + (view.wantsNorms() ? view.nodes().size() : 0));
    }

    private void takeNorms(double[] norms) {
        System.arraycopy(norms, 0, deltaNorms, 0, examples);
        for (int i = 0; view.wantsNorms() && i < view.nodes().size(); i++) {
            squaredNorms.put(view.nodes().get(i), Arrays.copyOfRange(norms, (1 + i) * examples, (2 + i) * examples));
        }
    }

    /**
     * Returns how many numbers one more example takes to store.
     *
     * @param network the network
     * @param view which layers
     */
    public static long numbersPerExample(Network network, GradientView view) {
        return sizes(network, view).mapToLong(LayerSize::kept).sum();
    }

    /**
     * Returns how many numbers a worker writes out for each example of a tile: the largest layer that is not factored.
     */
    public static long rowNumbers(Network network, GradientView view) {
        return sizes(network, view)
                .filter(size -> !size.isFactored() && !size.isSparse())
                .mapToLong(LayerSize::parameters)
                .max()
                .orElse(0);
    }

    /**
     * Returns the floating-point operations that a pair costs whatever the examples are: what a sparse layer adds
     * depends on the columns that both touch, and is left out.
     */
    public static double flopsPerPair(Network network, GradientView view) {
        return 2.0
                * sizes(network, view)
                        .filter(size -> !size.isSparse())
                        .mapToLong(LayerSize::kept)
                        .sum();
    }

    /** Returns the most examples that a batch can hold: an array's length over the widest layer. */
    public static int mostExamples(Network network, GradientView view) {
        long widest = sizes(network, view)
                .mapToLong(size -> size.isFactored() ? Math.max(size.columns(), size.outputs()) : size.kept())
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

    /** Returns {@code ‖g_q‖²} of one layer for each stored example; zeros unless the view wants norms. */
    public double[] squaredNorms(int node) {
        double[] found = squaredNorms.get(node);
        checkArgument(found != null, "node %s is not among the layers %s", node, view.nodes());
        return found.clone();
    }

    /**
     * Opens a window for rows to be contracted with these gradients.
     *
     * @param capacity most rows
     * @return the caller closes it
     */
    public RowWindow window(int capacity) {
        List<Integer> nodes =
                view.nodes().stream().filter(node -> !summed.containsKey(node)).toList();
        return RowWindow.ofPairs(compute, network, nodes, capacity);
    }

    /**
     * Takes one layer of a tile into a window.
     *
     * @param node the layer's node, in the view
     * @param layer the layer
     * @param slot its slot, δ known
     * @param scratch the calling worker's
     * @param window that worker's, of {@link #window}
     * @param from place of the tile's first row in it
     * @param dots products that need no window are added, as by {@link #contract}
     * @param norms {@code ‖g_b‖²} of this layer is added to number {@code offset + b}; null if nobody asks
     * @param offset index of the tile's first norm
     */
    public void collect(
            int node,
            ParametricLayer layer,
            Slot slot,
            Scratch scratch,
            RowWindow window,
            int from,
            Sums dots,
            @Nullable Sums norms,
            int offset) {
        SummedGradient sum = summed.get(node);
        if (sum != null) {
            sum.addDots(layer, slot, dots, from);
        } else {
            window.store(node, layer, slot, scratch, from, norms, offset);
        }
    }

    /**
     * Adds the products of one layer of a window's rows with the stored gradients. Nothing waits for the device; a
     * sparse layer, whose gradients are on the host, is left to {@link #contractSparse}.
     *
     * @param node the layer's node, in the view
     * @param window the rows
     * @param scratch the calling worker's
     * @param dots {@code ⟨g_b, g_q⟩} of this layer is added to number {@code q · capacity + b}; numbers of rows that
     *     the window does not hold receive anything
     */
    public void contract(int node, RowWindow window, Scratch scratch, Sums dots) {
        if (summed.containsKey(node) || rows.sparse(node) != null) {
            return;
        }
        int pairs = Math.multiplyExact(examples, window.capacity());
        Buffer products = scratch.buffer(Scratch.INPUT_PRODUCTS, pairs);
        Matrix to = Matrix.of(products, examples, window.capacity());
        LinearKernels linear = compute.linear();
        if (window.isFactored(node)) {
            FactorRows mine = rows.factors(node);
            FactorRows others = window.factors(node);
            Buffer deltas = scratch.buffer(Scratch.DELTA_PRODUCTS, pairs);
            linear.multiply(1, mine.inputs().transposed(), others.inputs(), 0, to);
            linear.multiply(
                    1, mine.deltas().transposed(), others.deltas(), 0, Matrix.of(deltas, examples, window.capacity()));
            compute.elements().multiply(pairs, products, deltas, products);
        } else {
            linear.multiply(
                    1, rows.written(node).rows(), window.written(node).rows().transposed(), 0, to);
        }
        compute.reductions().addMatrix(1, pairs, products, dots, 0, pairs);
    }

    /** Adds, as {@link #contract}, the products of a sparse layer; does nothing for another. */
    public void contractSparse(int node, RowWindow window, double[] dots) {
        SparseRows mine = rows.sparse(node);
        SparseRows others = window.sparse(node);
        if (mine != null && others != null) {
            mine.addDots(others, dots);
        }
    }

    private static Stream<LayerSize> sizes(Network network, GradientView view) {
        return view.nodes().stream().map(node -> LayerSize.of(network, node));
    }

    @Override
    public void close() {
        rows.close();
        summed.values().forEach(SummedGradient::close);
    }
}
