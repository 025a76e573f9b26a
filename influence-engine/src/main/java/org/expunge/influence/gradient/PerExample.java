package org.expunge.influence.gradient;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.compute.WorkerSums;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.ParameterLayout;
import org.expunge.influence.network.Passes;
import org.expunge.influence.network.Tensors;
import org.expunge.influence.network.Weights;

/**
 * Numbers about the gradient of each example, in inference mode, for the targets that the data carry.
 *
 * <p><b>Shapes.</b> n rows, p parameters in the flat order of the network's layout.
 *
 * <p><b>Units.</b> Gradients of single losses, or of another output: no weight decay, no division by n except where
 * "mean" says so.
 *
 * <p><b>Accuracy.</b> Layer products are in the compute's precision, sums over layers and norms in double. Norms are
 * taken with δ scaled to 1 and scaled back, so they do not underflow for well-fitted examples.
 *
 * <p><b>Cost.</b> One forward and one backward pass, and what each method says.
 *
 * <p><b>Source.</b> I. Goodfellow, "Efficient Per-Example Gradient Computations", arXiv:1510.01799, 2015, for factored
 * norms; the dots follow from the same factors.
 */
public final class PerExample {
    private static final long WINDOW_BYTES = 1L << 26;

    private final Engine engine;
    private final Output output;

    /** Computes on an engine, for the loss. */
    public PerExample(Engine engine) {
        this(engine, Output.LOSS);
    }

    /**
     * Computes on an engine.
     *
     * @param engine where to compute
     * @param output what gradients are of; {@link #losses} and {@link #norms} are those of the loss all the same
     */
    public PerExample(Engine engine, Output output) {
        this.engine = engine;
        this.output = output;
    }

    /** Returns {@code ℓ_i} for each row: a forward pass only. */
    public double[] losses(Model model, Dataset data) {
        try (WorkerSums losses = new WorkerSums(engine, data.size())) {
            forEachTile(model, data, (worker, pass, from) -> pass.losses(losses.of(worker), from));
            return losses.toArray();
        }
    }

    /** Returns {@code ‖g_i‖}, whole and by layer; in + out multiplications an example and dense layer. */
    public GradientNorms norms(Model model, Dataset data) {
        Network network = model.network();
        List<Integer> nodes = network.parametricNodes();
        int n = data.size();
        double[] found;
        GradientView view = GradientView.of(network).forCosine();
        try (WorkerSums sums = new WorkerSums(engine, Math.multiplyExact(n, nodes.size() + 1))) {
            forEachTile(model, data, (worker, pass, from) -> {
                Sums own = sums.of(worker);
                view.backward(pass, own, from, (node, layer, slot) -> {
                    int first = (1 + nodes.indexOf(node)) * n;
                    layer.addSquaredNorms(slot, own, first + from);
                });
            });
            found = sums.toArray();
        }
        double[] deltaNorms = Arrays.copyOf(found, n);
        double[][] squares = new double[nodes.size()][];
        Arrays.setAll(squares, i -> Arrays.copyOfRange(found, (1 + i) * n, (2 + i) * n));
        List<String> names =
                nodes.stream().map(node -> network.nodes().get(node).name()).toList();
        return new GradientNorms(names, squares, deltaNorms);
    }

    /**
     * Returns all gradients written out, {@code n × p}. For small networks and tests: {@code 8 n p} bytes.
     *
     * @param model the model
     * @param data n rows
     */
    public double[][] gradients(Model model, Dataset data) {
        Network network = model.network();
        double[][] gradients = new double[data.size()][network.layout().length()];
        forEachTile(model, data, (worker, pass, from) -> {
            output.writeDelta(pass);
            pass.backward((node, layer, slot) -> {
                List<ParameterLayout.Entry> entries = network.layout().of(node);
                int length =
                        entries.stream().mapToInt(ParameterLayout.Entry::length).sum();
                double[] row = new double[length];
                try (Buffer rows = slot.compute().allocate(slot.batch() * length)) {
                    layer.gradients(slot, Matrix.of(rows, slot.batch(), length));
                    for (int b = 0; b < slot.batch(); b++) {
                        slot.compute().read(rows, b * length, row, 0, length);
                        System.arraycopy(
                                row, 0, gradients[from + b], entries.get(0).offset(), length);
                    }
                }
            });
        });
        return gradients;
    }

    /**
     * Returns {@code ⟨g_i, v⟩} for each row; one forward-like product, and no gradient is written.
     *
     * @param model the model
     * @param data n rows
     * @param v p finite numbers
     */
    public double[] dots(Model model, Dataset data, double[] v) {
        try (Tensors direction = Tensors.of(engine.compute(), model.network().layout(), v);
                WorkerSums dots = new WorkerSums(engine, data.size())) {
            forEachTile(model, data, (worker, pass, from) -> {
                Sums own = dots.of(worker);
                output.writeDelta(pass);
                pass.backward((node, layer, slot) -> layer.addGradientDots(slot, direction.of(node), own, from));
            });
            return dots.toArray();
        }
    }

    /**
     * Returns {@code P g_i} for each row. Directions are made and multiplied so many at a time; each lot is a pass.
     *
     * <p>Costs 2 k p FLOP a row and {@code k p} numbers of memory.
     *
     * @param model the model
     * @param data n rows
     * @param dimensions k
     * @param direction makes row k of P: p finite numbers
     * @param directionsAtOnce rows of P in memory, at least 1
     * @return {@code n × k}
     */
    public double[][] projections(
            Model model, Dataset data, int dimensions, IntFunction<double[]> direction, int directionsAtOnce) {
        checkArgument(directionsAtOnce >= 1, "directionsAtOnce must be at least 1, got %s", directionsAtOnce);
        double[][] rows = new double[data.size()][dimensions];
        for (int from = 0; from < dimensions; from += directionsAtOnce) {
            int to = Math.min(dimensions, from + directionsAtOnce);
            double[][] columns = dots(
                    model, data, IntStream.range(from, to).mapToObj(direction).toList());
            for (int i = 0; i < rows.length; i++) {
                for (int k = from; k < to; k++) {
                    rows[i][k] = columns[k - from][i];
                }
            }
        }
        return rows;
    }

    /** Returns {@code Σ_i g_i}, p numbers; zeros for no rows. */
    public double[] sumGradient(Model model, Dataset data) {
        double[] total = new double[model.network().layout().length()];
        try (GradientSums sums = new GradientSums(engine, model.network().layout())) {
            forEachTile(model, data, (worker, pass, from) -> {
                output.writeDelta(pass);
                pass.backward(sums.of(worker));
            });
            sums.read(1, total);
        }
        return total;
    }

    /**
     * Returns {@code (1/n) Σ_i g_i}, p numbers.
     *
     * @throws IllegalArgumentException if there are no rows
     */
    public double[] meanGradient(Model model, Dataset data) {
        checkArgument(data.size() >= 1, "data %s has no rows to average over", data.name());
        double[] sum = sumGradient(model, data);
        Arrays.setAll(sum, i -> sum[i] / data.size());
        return sum;
    }

    /**
     * Returns {@code ⟨g_i, v_k⟩} for each direction and row, in one pass: see {@link Directions}, of which it makes a
     * copy. Rows wait in a window of at most 64 MiB a worker until a product with all directions is large.
     *
     * @param model the model
     * @param data n rows
     * @param directions of p finite numbers each
     * @return one array of n products for each direction
     */
    public double[][] dots(Model model, Dataset data, List<double[]> directions) {
        int n = data.size();
        if (directions.isEmpty()) {
            return new double[0][n];
        }
        Network network = model.network();
        try (Directions copy = Directions.of(engine.compute(), network, directions.toArray(double[][]::new));
                Weights weights = Weights.of(engine.compute(), model)) {
            long numbers = RowWindow.numbersPerRow(network, copy.nodes());
            double[] dots =
                    copy.dots(engine, weights, data, output, RowWindow.suitableRows(engine, numbers, n, WINDOW_BYTES));
            double[][] columns = new double[directions.size()][];
            Arrays.setAll(columns, k -> Arrays.copyOfRange(dots, k * n, (k + 1) * n));
            return columns;
        }
    }

    private void forEachTile(Model model, Dataset data, Passes.TileTask task) {
        try (Weights weights = Weights.of(engine.compute(), model);
                Passes passes = new Passes(engine, weights)) {
            passes.forEachTile(data, task);
        }
    }
}
