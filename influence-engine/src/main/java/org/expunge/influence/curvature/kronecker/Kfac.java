package org.expunge.influence.curvature.kronecker;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.LabelDeltas;
import org.expunge.influence.curvature.LabelMode;
import org.expunge.influence.curvature.RowSums;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.RowRange;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;

/**
 * K-FAC: the curvature of each dense and convolution layer as {@code A ⊗ S}, with {@code A = E[ā āᵀ]} of its inputs (a
 * trailing 1 for the bias) and {@code S = E[δ δᵀ]} of the derivatives of its outputs. Layers do not interact, and
 * parameters of other layers take no part.
 *
 * <p><b>Shapes.</b> A layer's parameters are a matrix {@code out × (in + 1)}; a convolution's {@code in} is its patch.
 *
 * <p><b>Units.</b> Loss per squared parameter, of the mean loss.
 *
 * <p><b>Accuracy.</b> The product of a tile is in the compute's precision, the sum over tiles and the
 * eigendecomposition are double: on a float32 backend entries err by at most a tile's number of columns times 6e-8,
 * relative to the diagonal.
 *
 * <p><b>Cost.</b> One forward pass and one backward pass for each label (K for {@link LabelMode#EXACT}), 2 (in + 1)²
 * FLOP a column of inputs and 2 out² a column of derivatives, and an eigendecomposition of each factor.
 *
 * <p><b>Source.</b> J. Martens and R. Grosse, "Optimizing Neural Networks with Kronecker-factored Approximate
 * Curvature", ICML 2015; R. Grosse and J. Martens, "A Kronecker-factored Approximate Fisher Matrix for Convolution
 * Layers", ICML 2016 (KFC), equation 19. Damping is added to the product's eigenvalues instead of to each factor.
 */
public final class Kfac {
    /**
     * How factors are fitted.
     *
     * @param labels whose gradients
     * @param scaling what positions of convolutions count
     * @param seed decides the labels drawn
     * @param samples labels drawn a row with {@link LabelMode#SAMPLED}, at least 1: a backward pass each, and noise
     *     that falls with its root
     */
    public record Options(LabelMode labels, PositionScaling scaling, long seed, int samples) {
        /** The exact expectation over labels, positions scaled as in KFC. */
        public static final Options DEFAULT = new Options(LabelMode.EXACT, PositionScaling.KFC, 0);

        /** Checks the samples. */
        public Options {
            checkArgument(samples >= 1, "samples must be at least 1, got %s", samples);
        }

        /** One label a row, where labels are drawn. */
        public Options(LabelMode labels, PositionScaling scaling, long seed) {
            this(labels, scaling, seed, 1);
        }
    }

    private final Network network;
    private final Options options;
    private final long rows;
    private final List<KroneckerBasis> bases;

    private Kfac(Network network, Options options, long rows, List<KroneckerBasis> bases) {
        this.network = network;
        this.options = options;
        this.rows = rows;
        this.bases = bases;
    }

    /**
     * Fits the factors to some rows.
     *
     * @param engine where to compute
     * @param model the model
     * @param data the rows, at least 1
     * @param options how
     * @throws IllegalArgumentException if there are no rows, or no layer that has factors
     */
    public static Kfac fit(Engine engine, Model model, Dataset data, Options options) {
        checkArgument(data.size() >= 1, "%s has no rows to fit factors to", data.name());
        RowSums sums = sums(engine, model, data, RowRange.of(data), options);
        return of(engine.compute(), model.network(), options, sums);
    }

    /**
     * Sums over some rows what the factors follow from.
     *
     * @param engine where to compute
     * @param model the model
     * @param data all rows
     * @param range the rows to sum over; labels drawn for a row do not depend on it
     * @param options how
     * @return for each layer {@code Σ ā āᵀ}, then {@code Σ δ δᵀ}, then the number of columns of inputs
     * @throws IllegalArgumentException if there is no layer that has factors
     */
    public static RowSums sums(Engine engine, Model model, Dataset data, RowRange range, Options options) {
        LabelDeltas labels = new LabelDeltas(options.labels(), options.seed(), options.samples());
        return sums(engine, model, data, range, labels, options.scaling());
    }

    /** Sums inputs alone: nothing is sent back, and {@code Σ δ δᵀ} stays 0. */
    static RowSums inputSums(Engine engine, Model model, Dataset data, RowRange range, PositionScaling scaling) {
        return sums(engine, model, data, range, LabelDeltas.none(), scaling);
    }

    private static RowSums sums(
            Engine engine, Model model, Dataset data, RowRange range, LabelDeltas labels, PositionScaling scaling) {
        List<KroneckerShape> shapes = shapes(model.network());
        Compute compute = engine.compute();
        List<double[]> sums = TileSums.over(
                engine,
                model,
                data,
                range,
                shapes,
                labels,
                i -> scaling == PositionScaling.REDUCE
                        ? new ReducedCovarianceSums(compute, shapes.get(i), engine.tile())
                        : new CovarianceSums(
                                compute, shapes.get(i), shapes.get(i).isFactored(model.network()), engine.tile()));
        return TileSums.named(range.size(), shapes, sums);
    }

    /**
     * Makes factors of sums.
     *
     * @param compute decomposes them
     * @param network the network
     * @param options as the sums were made with
     * @param sums over at least 1 row
     * @throws IllegalArgumentException if there are no rows, or the sums are of another network
     */
    public static Kfac of(Compute compute, Network network, Options options, RowSums sums) {
        return of(network, options, sums, (shape, a, s) -> new KroneckerBasis(compute.eigen(), shape, a, s));
    }

    /**
     * Makes factors of sums and of what they were decomposed into before.
     *
     * @param network the network
     * @param options as the sums were made with
     * @param sums over at least 1 row
     * @param decomposition as {@link #decomposition} gave it for these sums
     * @throws IllegalArgumentException if there are no rows, or sums or decomposition are of another network
     */
    public static Kfac of(Network network, Options options, RowSums sums, SortedMap<String, double[]> decomposition) {
        return of(network, options, sums, (shape, a, s) -> new KroneckerBasis(shape, a, s, decomposition));
    }

    /** Decomposes the factors of a layer. */
    private interface Decomposer {
        KroneckerBasis decompose(KroneckerShape shape, double[] a, double[] s);
    }

    private static Kfac of(Network network, Options options, RowSums sums, Decomposer decomposer) {
        checkArgument(sums.rows() >= 1, "there are no rows to fit factors to");
        List<KroneckerBasis> bases = new ArrayList<>();
        for (KroneckerShape shape : shapes(network)) {
            double[] both = sums.get(shape.name());
            int end = shape.columns() * shape.columns();
            checkArgument(
                    both.length == end + shape.outputs() * shape.outputs() + 1,
                    "the sums of layer %s are of another network",
                    shape.name());
            double columns = both[both.length - 1];
            double countA = options.scaling() == PositionScaling.KFC ? sums.rows() : columns;
            double[] a = divided(both, 0, end, countA);
            double[] s = divided(both, end, both.length - 1, columns);
            bases.add(decomposer.decompose(shape, a, s));
        }
        return new Kfac(network, options, sums.rows(), bases);
    }

    private static List<KroneckerShape> shapes(Network network) {
        List<KroneckerShape> shapes = KroneckerShape.of(network);
        checkArgument(!shapes.isEmpty(), "the network has no dense or convolution layer");
        return shapes;
    }

    private static double[] divided(double[] values, int from, int to, double divisor) {
        double[] quotients = Arrays.copyOfRange(values, from, to);
        Arrays.setAll(quotients, i -> quotients[i] / divisor);
        return quotients;
    }

    /** Returns the names of the layers that have factors, in the network's order. */
    public List<String> layers() {
        return bases.stream().map(basis -> basis.shape().name()).toList();
    }

    /** Returns {@code A} of a layer, {@code (in + 1) × (in + 1)} row-major, {@code in × in} without a bias; a copy. */
    public double[] inputFactor(String layer) {
        return basis(layer).a().clone();
    }

    /** Returns {@code S} of a layer, {@code out × out} row-major; a copy. */
    public double[] outputFactor(String layer) {
        return basis(layer).s().clone();
    }

    /**
     * Returns what the factors were decomposed into: for each layer {@code .input-vectors} and {@code .output-vectors},
     * a row each, {@code .input-values} and {@code .output-values}; copies.
     */
    public SortedMap<String, double[]> decomposition() {
        SortedMap<String, double[]> parts = new TreeMap<>();
        bases.forEach(basis -> basis.addDecomposition(parts));
        return parts;
    }

    /** Returns the eigenvalues {@code λ_S λ_Aᵀ} of a layer, {@code out × (in + 1)}, each factor's ascending; a copy. */
    public double[] eigenvalues(String layer) {
        return basis(layer).eigenvalues().clone();
    }

    /**
     * Returns {@code (A ⊗ S + λI)⁻¹}.
     *
     * @param compute where products run
     * @param damping decides λ of each layer
     * @return the caller closes it
     */
    public KroneckerInverse inverse(Compute compute, DampingRule damping) {
        return inverse("kfac", compute, damping);
    }

    KroneckerInverse inverse(String method, Compute compute, DampingRule damping) {
        List<double[]> eigenvalues =
                bases.stream().map(KroneckerBasis::eigenvalues).toList();
        return new KroneckerInverse(method, compute, this, eigenvalues, damping);
    }

    Network network() {
        return network;
    }

    Options options() {
        return options;
    }

    long rows() {
        return rows;
    }

    List<KroneckerBasis> bases() {
        return bases;
    }

    private KroneckerBasis basis(String layer) {
        return bases.get(index(layer));
    }

    int index(String layer) {
        int index = layers().indexOf(Objects.requireNonNull(layer));
        checkArgument(index >= 0, "layer %s has no factors; those that have are %s", layer, layers());
        return index;
    }
}
