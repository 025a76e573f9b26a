package org.expunge.influence.curvature.factor;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.InverseCurvature;
import org.expunge.influence.curvature.Labels;
import org.expunge.influence.curvature.RowSums;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.RowRange;
import org.expunge.influence.io.Digests;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.ParametricLayer;

/**
 * The diagonal of the Fisher matrix, {@code E[g²]} of each parameter, in place of the curvature. Covers every
 * parameter, those of batch normalisations too.
 *
 * <p><b>Shapes.</b> p numbers in the order of {@link Network#layout}.
 *
 * <p><b>Units.</b> Loss per squared parameter, of the mean loss.
 *
 * <p><b>Accuracy.</b> Squares and the product of a tile are in the compute's precision, the sum over tiles is double.
 *
 * <p><b>Cost.</b> One forward pass, and one backward pass for each label; a dense layer adds 2 in · out FLOP a row
 * whatever the number of labels and writes no gradient, any other writes each row's gradient once a label. Memory is p
 * doubles a worker, and a tile's gradients of the largest layer that is not dense.
 *
 * <p><b>Source.</b> S. Amari, "Natural Gradient Works Efficiently in Learning", Neural Computation 10(2), 1998, for the
 * matrix; with {@link Labels#EMPIRICAL} it is the diagonal of the empirical Fisher matrix.
 */
public final class Diagonal {
    private final Network network;
    private final Labels labels;
    private final long rows;
    private final double[] values;

    private Diagonal(Network network, Labels labels, long rows, double[] values) {
        this.network = network;
        this.labels = labels;
        this.rows = rows;
        this.values = values;
    }

    /**
     * Fits the diagonal to some rows.
     *
     * @param engine where to compute
     * @param model the model
     * @param data the rows, at least 1
     * @param labels whose gradients
     * @throws IllegalArgumentException if there are no rows
     */
    public static Diagonal fit(Engine engine, Model model, Dataset data, Labels labels) {
        checkArgument(data.size() >= 1, "%s has no rows to fit a diagonal to", data.name());
        return of(model.network(), labels, sums(engine, model, data, RowRange.of(data), labels));
    }

    /**
     * Sums squared gradients over some rows.
     *
     * @param engine where to compute
     * @param model the model
     * @param data all rows
     * @param range the rows to sum over; labels drawn for a row do not depend on it
     * @param labels whose gradients
     * @return {@code Σ g²} of each layer with parameters
     */
    public static RowSums sums(Engine engine, Model model, Dataset data, RowRange range, Labels labels) {
        Network network = model.network();
        return LayerSums.over(engine, model, data, range, labels, node -> open(engine, network, node));
    }

    private static LayerSums open(Engine engine, Network network, int node) {
        Compute compute = engine.compute();
        LayerBlock block = LayerBlock.of(network, node);
        if (network.nodes().get(node).layer() instanceof ParametricLayer layer && layer.isFactored()) {
            int outputs = network.nodes().get(node).output().length();
            int inputs = (block.length() - (layer.hasBias() ? outputs : 0)) / outputs;
            return new FactoredSquares(compute, outputs, inputs, layer.hasBias(), engine.tile());
        }
        return new RowSquares(compute, block.length(), engine.tile());
    }

    /**
     * Makes a diagonal of sums.
     *
     * @param network the network
     * @param labels as the sums were made with
     * @param sums over at least 1 row
     * @throws IllegalArgumentException if there are no rows, or the sums are of another network
     */
    public static Diagonal of(Network network, Labels labels, RowSums sums) {
        double[] values = new double[network.layout().length()];
        for (LayerBlock block : LayerBlock.of(network)) {
            double[] mean = sums.mean(block.name());
            checkArgument(mean.length == block.length(), "the sums of layer %s are of another network", block.name());
            System.arraycopy(mean, 0, values, block.first(), mean.length);
        }
        return new Diagonal(network, labels, sums.rows(), values);
    }

    /** Returns the diagonal, p numbers; a copy. */
    public double[] values() {
        return values.clone();
    }

    /**
     * Returns {@code (C + λI)⁻¹} with C this diagonal.
     *
     * @param damping decides λ of each layer
     */
    public InverseCurvature inverse(DampingRule damping) {
        List<Block> blocks = new ArrayList<>();
        for (LayerBlock layer : LayerBlock.of(network)) {
            double[] part = Arrays.copyOfRange(values, layer.first(), layer.first() + layer.length());
            double lambda = damping.of(layer.name(), part.clone());
            blocks.add(new Block(layer, part, lambda));
        }
        SortedMap<String, String> inputs = new TreeMap<>();
        inputs.put("curvature-labels", labels.toString());
        inputs.put("curvature-rows", Long.toString(rows));
        inputs.put("curvature-values", Digests.sha256(values));
        return new LayeredInverse("diagonal", network.layout(), blocks, inputs);
    }

    /** One layer. */
    private static final class Block extends LayeredInverse.Block {
        private final double[] values;

        Block(LayerBlock layer, double[] values, double damping) {
            super(layer, damping);
            this.values = values;
        }

        @Override
        void multiply(double[] v, double[] to) {
            for (int i = 0; i < values.length; i++) {
                int at = layer().first() + i;
                to[at] = v[at] / (values[i] + damping());
            }
        }
    }
}
