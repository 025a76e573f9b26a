package org.expunge.influence.gradient;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.ParametricLayer;
import org.expunge.influence.network.Slot;
import org.jspecify.annotations.Nullable;

/**
 * What layers show of some rows, stored while tiles pass through the network, so that a contraction of many rows is one
 * large product. A dense layer keeps its factors, in + 1 + out numbers a row; any other its gradient, p_l.
 */
public final class RowWindow implements AutoCloseable {
    /** More rows than this make products no faster. */
    private static final int MOST_ROWS = 512;

    private final int capacity;
    private final Map<Integer, LayerRows> layers = new LinkedHashMap<>();

    /**
     * Opens an empty window.
     *
     * @param compute where rows are kept
     * @param network the network
     * @param nodes the layers that take part
     * @param capacity most rows, at least 1
     */
    public RowWindow(Compute compute, Network network, Collection<Integer> nodes, int capacity) {
        this(compute, network, nodes, capacity, false);
    }

    private RowWindow(Compute compute, Network network, Collection<Integer> nodes, int capacity, boolean keepsSparse) {
        checkArgument(capacity >= 1, "capacity must be at least 1, got %s", capacity);
        this.capacity = capacity;
        for (int node : nodes) {
            LayerSize size = LayerSize.of(network, node);
            layers.put(node, keepsSparse && size.isSparse() ? new SparseRows(capacity, size) : rows(compute, size));
        }
    }

    private LayerRows rows(Compute compute, LayerSize size) {
        return size.isFactored()
                ? new FactorRows(compute, capacity, size.inputs(), size.outputs(), size.hasBias())
                : new WrittenRows(compute, capacity, size.parameters());
    }

    /** Opens an empty window of rows for products with other rows: a sparse layer keeps what it touches. */
    static RowWindow ofPairs(Compute compute, Network network, Collection<Integer> nodes, int capacity) {
        return new RowWindow(compute, network, nodes, capacity, true);
    }

    /** Returns how many numbers a window keeps for each row. */
    public static long numbersPerRow(Network network, Collection<Integer> nodes) {
        return nodes.stream()
                .map(node -> LayerSize.of(network, node))
                .mapToLong(size -> size.isFactored() ? (long) size.columns() + size.outputs() : size.parameters())
                .sum();
    }

    /**
     * Returns how many rows a window should hold: whole tiles, as many in each as in the others, enough for fast
     * products if memory allows.
     *
     * @param engine whose tile and precision count
     * @param numbersPerRow what {@link #numbersPerRow} says
     * @param rows how many rows there are in all
     * @param maxBytes of one window
     */
    public static int suitableRows(Engine engine, long numbersPerRow, int rows, long maxBytes) {
        long bytes = Math.max(1, numbersPerRow * engine.compute().precision().bytes());
        int tile = engine.tile();
        int mostTiles = (int) Math.max(1, Math.min(MOST_ROWS, maxBytes / bytes) / tile);
        int tiles = Math.max(1, (rows + tile - 1) / tile);
        int windows = (tiles + mostTiles - 1) / mostTiles;
        return (tiles + windows - 1) / windows * tile;
    }

    /** Returns the most rows. */
    public int capacity() {
        return capacity;
    }

    /** Returns the layers that take part. */
    public List<Integer> nodes() {
        return List.copyOf(layers.keySet());
    }

    /**
     * Stores the rows of a tile in one layer; layers that take no part are passed over.
     *
     * @param node the layer's node
     * @param layer the layer
     * @param slot its slot, δ known
     * @param scratch the calling worker's
     * @param from place of the tile's first row
     */
    public void store(int node, ParametricLayer layer, Slot slot, Scratch scratch, int from) {
        store(node, layer, slot, scratch, from, null, 0);
    }

    /** As the other, and adds {@code ‖g_b‖²} to {@code norms[offset + b]} unless there are no norms. */
    void store(
            int node, ParametricLayer layer, Slot slot, Scratch scratch, int from, @Nullable Sums norms, int offset) {
        LayerRows rows = layers.get(node);
        if (rows != null) {
            rows.store(layer, slot, scratch, from, norms, offset);
        }
    }

    /** Returns whether it is factors that are kept of a layer. */
    public boolean isFactored(int node) {
        return layers.get(node) instanceof FactorRows;
    }

    /** Returns what is kept of a layer that touches few columns of a table; null of another. */
    @Nullable
    SparseRows sparse(int node) {
        return layers.get(node) instanceof SparseRows sparse ? sparse : null;
    }

    /** Returns the factors kept of a dense layer. */
    public FactorRows factors(int node) {
        checkArgument(layers.get(node) instanceof FactorRows, "no factors are kept of node %s", node);
        return (FactorRows) layers.get(node);
    }

    /** Returns the gradients kept of another layer. */
    public WrittenRows written(int node) {
        checkArgument(layers.get(node) instanceof WrittenRows, "no gradients are kept of node %s", node);
        return (WrittenRows) layers.get(node);
    }

    @Override
    public void close() {
        layers.values().forEach(LayerRows::close);
    }
}
