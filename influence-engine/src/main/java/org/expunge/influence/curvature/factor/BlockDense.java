package org.expunge.influence.curvature.factor;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.expunge.influence.compute.CholeskyKernels;
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

/**
 * The Fisher matrix of each layer, written out, without what joins layers. With {@link Labels#EXACT} it is the
 * Gauss-Newton matrix of the layer, exactly; in a network of one layer it is the whole of it.
 *
 * <p><b>Shapes.</b> {@code p_l × p_l} for each layer with parameters, batch normalisations too.
 *
 * <p><b>Units.</b> Loss per squared parameter, of the mean loss.
 *
 * <p><b>Accuracy.</b> The product of a tile is in the compute's precision; sums over tiles, factors and solves are
 * double.
 *
 * <p><b>Cost.</b> One forward pass and one backward pass for each label, 2 p_l² FLOP a row and label; p_l³/3 for each λ
 * and 2 p_l² a product. Memory is 32 p_l² bytes a layer and worker while it is fitted, 16 p_l² afterwards.
 *
 * <p><b>Source.</b> A. Botev, H. Ritter and D. Barber, "Practical Gauss-Newton Optimisation for Deep Learning", ICML
 * 2017, section 3, without the approximation of a block by a product.
 */
public final class BlockDense {
    /**
     * How blocks are fitted.
     *
     * @param labels whose gradients
     * @param maxBytes the most that the blocks of all layers may take, 8 p_l² each; at least 1
     */
    public record Options(Labels labels, long maxBytes) {
        /** The exact expectation over labels, in 1 GiB: some 11 000 parameters in one layer. */
        public static final Options DEFAULT = new Options(Labels.EXACT, 1L << 30);

        /** Checks the range. */
        public Options {
            checkArgument(maxBytes >= 1, "maxBytes must be at least 1, got %s", maxBytes);
        }
    }

    private final Network network;
    private final Labels labels;
    private final RowSums sums;

    private BlockDense(Network network, Labels labels, RowSums sums) {
        this.network = network;
        this.labels = labels;
        this.sums = sums;
    }

    /**
     * Fits the blocks to some rows.
     *
     * @param engine where to compute
     * @param model the model
     * @param data the rows, at least 1
     * @param options how
     * @throws IllegalArgumentException if there are no rows, or the blocks are too large; the message names the layer
     */
    public static BlockDense fit(Engine engine, Model model, Dataset data, Options options) {
        checkArgument(data.size() >= 1, "%s has no rows to fit blocks to", data.name());
        RowSums sums = sums(engine, model, data, RowRange.of(data), options);
        return of(model.network(), options.labels(), sums);
    }

    /**
     * Sums products of gradients over some rows.
     *
     * @param engine where to compute
     * @param model the model
     * @param data all rows
     * @param range the rows to sum over; labels drawn for a row do not depend on it
     * @param options how
     * @return {@code Σ g gᵀ} of each layer with parameters, row-major
     * @throws IllegalArgumentException if the blocks are too large; the message names the layer
     */
    public static RowSums sums(Engine engine, Model model, Dataset data, RowRange range, Options options) {
        Network network = model.network();
        checkSize(network, options.maxBytes());
        return LayerSums.over(
                engine,
                model,
                data,
                range,
                options.labels(),
                node -> new RowProducts(
                        engine.compute(), LayerBlock.of(network, node).length(), engine.tile()));
    }

    /** Refuses at the layer whose block is the first not to fit, in the order of the network. */
    private static void checkSize(Network network, long maxBytes) {
        long total = 0;
        for (LayerBlock layer : LayerBlock.of(network)) {
            long bytes = Double.BYTES * (long) layer.length() * layer.length();
            total += bytes;
            checkArgument(
                    total <= maxBytes && bytes / Double.BYTES <= Integer.MAX_VALUE - 8,
                    "layer %s has %s parameters, so that its block takes %s bytes and the blocks up to it %s, but the"
                            + " limit is %s; take EK-FAC, or a higher limit (an array ends at 46 340 parameters)",
                    layer.name(),
                    layer.length(),
                    bytes,
                    total,
                    maxBytes);
        }
    }

    /**
     * Makes blocks of sums.
     *
     * @param network the network
     * @param labels as the sums were made with
     * @param sums over at least 1 row
     * @throws IllegalArgumentException if there are no rows, or the sums are of another network
     */
    public static BlockDense of(Network network, Labels labels, RowSums sums) {
        checkArgument(sums.rows() >= 1, "there are no rows to fit blocks to");
        for (LayerBlock block : LayerBlock.of(network)) {
            checkArgument(
                    sums.get(block.name()).length == (long) block.length() * block.length(),
                    "the sums of layer %s are of another network",
                    block.name());
        }
        return new BlockDense(network, labels, sums);
    }

    /** Returns the block of a layer, {@code p_l × p_l} row-major; a copy. */
    public double[] block(String layer) {
        return sums.mean(layer);
    }

    /**
     * Returns {@code (C + λI)⁻¹} with C these blocks. Decomposes each block to tell the rule its eigenvalues, at some
     * 10 p_l³ FLOP.
     *
     * @param compute where blocks are decomposed
     * @param damping decides λ of each layer
     */
    public InverseCurvature inverse(Compute compute, DampingRule damping) {
        List<Block> blocks = new ArrayList<>();
        for (LayerBlock layer : LayerBlock.of(network)) {
            double[] eigenvalues = compute.eigen().decompose(layer.length(), block(layer.name()));
            for (int i = 0; i < eigenvalues.length; i++) {
                eigenvalues[i] = Math.max(0, eigenvalues[i]);
            }
            blocks.add(block(compute, layer, damping.of(layer.name(), eigenvalues)));
        }
        return inverse(blocks);
    }

    /**
     * Returns {@code (C + λI)⁻¹} with C these blocks and one λ.
     *
     * @param compute where blocks are factored
     * @param damping λ, above 0 and finite
     */
    public InverseCurvature inverse(Compute compute, double damping) {
        return inverse(LayerBlock.of(network).stream()
                .map(layer -> block(compute, layer, damping))
                .toList());
    }

    private Block block(Compute compute, LayerBlock layer, double damping) {
        checkArgument(
                damping > 0 && Double.isFinite(damping),
                "damping of %s must be above 0, got %s",
                layer.name(),
                damping);
        int n = layer.length();
        double[] factor = block(layer.name());
        for (int i = 0; i < n; i++) {
            factor[i * n + i] += damping;
        }
        compute.cholesky().factor(n, factor);
        return new Block(layer, compute.cholesky(), factor, damping);
    }

    private InverseCurvature inverse(List<Block> blocks) {
        SortedMap<String, String> inputs = new TreeMap<>();
        inputs.put("curvature-labels", labels.toString());
        inputs.put("curvature-rows", Long.toString(sums.rows()));
        for (Block block : blocks) {
            inputs.put("curvature-" + block.layer().name(), Digests.sha256(block.factor));
        }
        return new LayeredInverse("block-dense", network.layout(), blocks, inputs);
    }

    /** One layer, with the Cholesky factor of its damped block. */
    private static final class Block extends LayeredInverse.Block {
        private final CholeskyKernels cholesky;
        private final double[] factor;

        Block(LayerBlock layer, CholeskyKernels cholesky, double[] factor, double damping) {
            super(layer, damping);
            this.cholesky = cholesky;
            this.factor = factor;
        }

        @Override
        void multiply(double[] v, double[] to) {
            int first = layer().first();
            double[] side = Arrays.copyOfRange(v, first, first + layer().length());
            cholesky.solve(side.length, factor, 1, side);
            System.arraycopy(side, 0, to, first, side.length);
        }
    }
}
