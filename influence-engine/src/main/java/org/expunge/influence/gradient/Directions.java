package org.expunge.influence.gradient;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.Weights;

/**
 * Directions {@code v_q} in parameter space, kept on the compute so that many rows' gradients can be dotted with them.
 *
 * <p><b>Accuracy.</b> A product within one layer is in the compute's precision, sums over layers are double. Each
 * direction is scaled in each layer by a power of two, so that tiny ones do not underflow.
 *
 * <p><b>Cost.</b> 2 p_l FLOP a direction, row and layer, in large products; a layer that is not factored also writes
 * each row's gradient. Layers in which all directions are 0 cost nothing. Memory is m p numbers.
 */
public final class Directions implements AutoCloseable {
    private final Compute compute;
    private final Network network;
    private final int count;
    private final Map<Integer, LayerDirections> layers = new LinkedHashMap<>();

    private Directions(Compute compute, Network network, int count) {
        this.compute = compute;
        this.network = network;
        this.count = count;
    }

    /**
     * Copies vectors.
     *
     * @param compute where to keep them
     * @param network the network
     * @param vectors m vectors of p finite numbers, at least 1
     * @return the directions; the caller closes them
     */
    public static Directions of(Compute compute, Network network, double[][] vectors) {
        checkArgument(vectors.length >= 1, "there are no directions");
        Arrays.stream(vectors).forEach(network.layout()::check);
        Directions directions = new Directions(compute, network, vectors.length);
        for (int node : network.parametricNodes()) {
            LayerSize size = LayerSize.of(network, node);
            if (Arrays.stream(vectors).anyMatch(v -> !isZero(v, size))) {
                directions.layers.put(node, directions.copy(size, vectors));
            }
        }
        return directions;
    }

    private static boolean isZero(double[] vector, LayerSize size) {
        for (int i = size.first(); i < size.first() + size.parameters(); i++) {
            if (vector[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private LayerDirections copy(LayerSize size, double[][] vectors) {
        if (size.isFactored()) {
            StackedDirections stacked = new StackedDirections(compute, count, size);
            forEach(size, vectors, stacked::write);
            return stacked;
        }
        WrittenDirections written = new WrittenDirections(compute, count, size.parameters());
        forEach(size, vectors, written::write);
        return written;
    }

    private interface Writer {
        void write(int q, double scale, double[] numbers);
    }

    private static void forEach(LayerSize size, double[][] vectors, Writer writer) {
        for (int q = 0; q < vectors.length; q++) {
            writeScaled(q, Arrays.copyOfRange(vectors[q], size.first(), size.first() + size.parameters()), writer);
        }
    }

    private static void writeScaled(int q, double[] part, Writer writer) {
        double scale = powerOfTwoNear(part);
        writer.write(q, scale, Arrays.stream(part).map(x -> x / scale).toArray());
    }

    private static double powerOfTwoNear(double[] x) {
        double largest = Arrays.stream(x).map(Math::abs).max().orElse(0);
        return largest >= Double.MIN_NORMAL && Double.isFinite(largest)
                ? Math.scalb(1.0, Math.getExponent(largest))
                : 1;
    }

    /** Collects directions that are known layer by layer; a layer that is not given has none. */
    public static final class Builder {
        private final Directions directions;

        /** Starts without any layer; the compute and the network are those of the rows to come. */
        public Builder(Compute compute, Network network, int count) {
            directions = new Directions(compute, network, count);
        }

        /**
         * Multiplies the gradients of a dense layer by a matrix that is diagonal in a basis.
         *
         * @param node the layer's node
         * @param basis stays the caller's, and is used as long as the directions are
         * @param queries the factors of the gradients, one column for each direction
         * @param scales what each direction is multiplied by
         * @return this
         */
        public Builder diagonal(int node, EigenBasis basis, FactorRows queries, double[] scales) {
            LayerSize size = LayerSize.of(directions.network, node);
            directions.layers.put(node, new DiagonalDirections(directions.compute, size, basis, queries, scales));
            return this;
        }

        /**
         * Copies the parts that directions have in a layer which is not factored.
         *
         * @param node the layer's node
         * @param parts of each direction, in the layer's flat order
         * @return this
         */
        public Builder written(int node, double[][] parts) {
            LayerSize size = LayerSize.of(directions.network, node);
            WrittenDirections written = new WrittenDirections(directions.compute, parts.length, size.parameters());
            for (int q = 0; q < parts.length; q++) {
                writeScaled(q, parts[q], written::write);
            }
            directions.layers.put(node, written);
            return this;
        }

        /** Returns the directions; the caller closes them. */
        public Directions build() {
            return directions;
        }
    }

    /**
     * Returns the numbers that a worker needs beside its window while it contracts it, in buffers.
     *
     * @param compute where directions are kept
     * @param network the network
     * @param nodes the layers that take part
     * @param tile rows of a tile
     * @param windowRows rows of a window
     */
    public static long scratchNumbers(
            Compute compute, Network network, Collection<Integer> nodes, int tile, int windowRows) {
        long rows = 0;
        long products = 0;
        long rotated = 0;
        long stack = 0;
        for (int node : nodes) {
            LayerSize size = LayerSize.of(network, node);
            if (size.isFactored()) {
                long most = DenseDirections.mostPerProduct(compute, size.outputs(), size.columns());
                long ofProduct = compute.productRows(size.columns());
                products = Math.max(products, Math.max(most * size.outputs(), ofProduct) * windowRows);
                rotated = Math.max(rotated, (long) (size.columns() + size.outputs()) * windowRows);
                stack = Math.max(stack, Math.max(most * size.parameters(), ofProduct * windowRows));
            } else {
                rows = Math.max(rows, (long) size.parameters() * tile);
            }
        }
        return rows + products + rotated + stack;
    }

    /**
     * Cuts what directions have in dense layers to their largest singular values.
     *
     * @param truncation how far
     * @return what became of each dense layer, by node
     */
    public Map<Integer, Truncation.Outcome> truncate(Truncation truncation) {
        Map<Integer, Truncation.Outcome> outcomes = new LinkedHashMap<>();
        try (Scratch scratch = new Scratch(compute)) {
            for (Map.Entry<Integer, LayerDirections> entry : layers.entrySet()) {
                if (entry.getValue() instanceof DenseDirections dense) {
                    DenseDirections.Cut cut = dense.cut(truncation, scratch);
                    outcomes.put(entry.getKey(), cut.outcome());
                    if (cut.directions() != dense) {
                        entry.setValue(cut.directions());
                        dense.close();
                    }
                }
            }
        }
        return outcomes;
    }

    /** Returns m. */
    public int count() {
        return count;
    }

    /** Returns the layers in which not all directions are 0. */
    public List<Integer> nodes() {
        return List.copyOf(layers.keySet());
    }

    /**
     * Takes rows through the network and back and dots their gradients with all directions. Waits for the device once a
     * window.
     *
     * @param engine where to compute
     * @param weights the weights, on that engine's compute
     * @param data n rows
     * @param output what the gradients are of
     * @param windowRows rows contracted at once, a multiple of the engine's tile
     * @return {@code ⟨g_i, v_q⟩} at {@code q · n + i}
     */
    public double[] dots(Engine engine, Weights weights, Dataset data, Output output, int windowRows) {
        try (DirectionDots dots = new DirectionDots(this, engine, weights, output, windowRows)) {
            return dots.of(data);
        }
    }

    /** Adds the products of a window's rows with all directions, direction by direction. */
    void contract(Windows windows, int worker, Sums dots) {
        layers.forEach((node, layer) -> layer.contract(windows.of(worker), node, windows.scratch(worker), dots));
    }

    /** Returns the network whose gradients are dotted. */
    Network network() {
        return network;
    }

    @Override
    public void close() {
        layers.values().forEach(LayerDirections::close);
    }
}
