package org.expunge.influence.curvature.factor;

import static com.google.common.base.Preconditions.checkArgument;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.InverseCurvature;
import org.expunge.influence.curvature.WholeInverse;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.RowSample;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.io.Digests;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;

/**
 * M-FAC: the empirical Fisher matrix of m rows, {@code (1/m) Σ g_k g_kᵀ}, inverted with damping exactly.
 *
 * <p><b>Shapes.</b> m gradients of p numbers, and an {@code m × m} matrix.
 *
 * <p><b>Units.</b> Loss per squared parameter, of the mean loss. Gradients are of single rows; with means of b rows, as
 * in the paper's optimiser, the matrix would be about b times smaller.
 *
 * <p><b>Accuracy.</b> Gradients come in the compute's precision; everything after is double. Woodbury's identity in one
 * step in place of the paper's recursion over gradients, which gives the same matrix and does not depend on their
 * order.
 *
 * <p><b>Cost.</b> One forward and backward pass over m rows, m² p FLOP once, m³/3 for each λ and 4 m p a product.
 * Memory is 8 m p bytes.
 *
 * <p><b>Source.</b> E. Frantar, E. Kurtic and D. Alistarh, "M-FAC: Efficient Matrix-Free Approximations of Second-Order
 * Information", NeurIPS 2021, section 3.1.
 */
public final class MFac {
    /**
     * Which gradients are kept.
     *
     * @param gradients m, at least 1; all rows if there are no more
     * @param seed decides which rows
     */
    public record Options(int gradients, long seed) {
        /** 512 gradients. */
        public static final Options DEFAULT = new Options(512, 0);

        /** Checks the count. */
        public Options {
            checkArgument(gradients >= 1, "gradients must be at least 1, got %s", gradients);
        }
    }

    private final Network network;
    private final GradientGram gram;

    private MFac(Network network, GradientGram gram) {
        this.network = network;
        this.gram = gram;
    }

    /**
     * Takes the gradients of a sample of rows.
     *
     * @param engine where to compute
     * @param model the model
     * @param data the rows, at least 1; their targets are the labels
     * @param options which rows
     * @throws IllegalArgumentException if there are no rows
     */
    public static MFac fit(Engine engine, Model model, Dataset data, Options options) {
        checkArgument(data.size() >= 1, "%s has no rows to take gradients of", data.name());
        Dataset rows = RowSample.of(data, Math.min(data.size(), options.gradients()), options.seed());
        return of(model.network(), new PerExample(engine).gradients(model, rows));
    }

    /**
     * Takes gradients that are there.
     *
     * @param network whose parameters they belong to
     * @param gradients at least 1, of p numbers each; copied
     * @throws IllegalArgumentException if there are none, or one has another length or is not finite
     */
    public static MFac of(Network network, double[]... gradients) {
        GradientGram gram = new GradientGram(network.layout().length(), gradients.length);
        for (double[] gradient : gradients) {
            gram.add(gradient.clone());
        }
        return new MFac(network, gram);
    }

    /** Returns m. */
    public int gradients() {
        return gram.size();
    }

    /** Returns gradient k, p numbers; a copy. */
    public double[] gradient(int k) {
        return gram.gradients().get(k).clone();
    }

    /**
     * Returns {@code (C + λI)⁻¹} with C of these gradients.
     *
     * @param compute where the m × m matrix is decomposed
     * @param damping decides λ from all p eigenvalues, under the name {@link WholeInverse#ALL_LAYERS}
     */
    public InverseCurvature inverse(Compute compute, DampingRule damping) {
        int m = gram.size();
        double[] products = gram.products();
        double[] eigenvalues = compute.eigen().decompose(m, products);
        Arrays.setAll(eigenvalues, i -> eigenvalues[i] / m);
        return build(compute, WholeInverse.damping(damping, eigenvalues, gram.dimension()));
    }

    /**
     * Returns {@code (C + λI)⁻¹} with C of these gradients.
     *
     * @param compute where the m × m matrix is factored
     * @param damping λ, above 0 and finite
     */
    public InverseCurvature inverse(Compute compute, double damping) {
        return build(compute, damping);
    }

    /**
     * Returns the diagonal of {@code (C + λI)⁻¹}, p numbers, at 2 m² p FLOP.
     *
     * @param compute where the m × m matrix is factored
     * @param damping λ, above 0 and finite
     */
    public double[] inverseDiagonal(Compute compute, double damping) {
        return build(compute, damping).diagonal();
    }

    private GramInverse build(Compute compute, double damping) {
        SortedMap<String, String> inputs = new TreeMap<>();
        StringBuilder digests = new StringBuilder();
        gram.gradients().forEach(gradient -> digests.append(Digests.sha256(gradient)));
        inputs.put("curvature-gradients", Digests.sha256(digests.toString().getBytes(UTF_8)));
        return new GramInverse("m-fac", network, compute.cholesky(), gram, damping, inputs);
    }
}
