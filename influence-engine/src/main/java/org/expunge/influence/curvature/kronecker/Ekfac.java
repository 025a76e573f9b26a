package org.expunge.influence.curvature.kronecker;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.List;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.LabelDeltas;
import org.expunge.influence.curvature.RowSums;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.RowRange;
import org.expunge.influence.network.Model;

/**
 * EK-FAC: the eigenvectors of K-FAC with the second moments {@code Λ = E[(Q_Sᵀ G Q_A)²]} of the gradients along them in
 * place of {@code λ_S λ_Aᵀ}: the nearest to the curvature, in Frobenius norm, of all matrices with these eigenvectors.
 *
 * <p><b>Shapes, units.</b> As {@link Kfac}.
 *
 * <p><b>Accuracy.</b> Rotations are in the compute's precision, sums over tiles in double. Not unique where a factor's
 * eigenvalues coincide.
 *
 * <p><b>Cost.</b> Beside the fit of {@link Kfac}: another pass over the rows with as many backward passes; a dense
 * layer costs 2 (in + 1)² + 2 out² + 2 out (in + 1) FLOP a row, a convolution 2 out (in + 1) (out + in + 1).
 *
 * <p><b>Source.</b> T. George, C. Laurent, X. Bouthillier, N. Ballas and P. Vincent, "Fast Approximate Natural Gradient
 * Descent in a Kronecker-factored Eigenbasis", NeurIPS 2018; R. Grosse et al., "Studying Large Language Model
 * Generalization with Influence Functions", arXiv:2308.03296, 2023, equation 20.
 */
public final class Ekfac {
    /** Keeps labels drawn for the eigenvalues apart from those drawn for the factors. */
    private static final long SECOND_DRAW = 0x5DEECE66DL;

    private final Kfac kfac;
    private final List<double[]> eigenvalues;

    private Ekfac(Kfac kfac, List<double[]> eigenvalues) {
        this.kfac = kfac;
        this.eigenvalues = eigenvalues;
    }

    /**
     * Fits factors, then corrects their eigenvalues on the same rows.
     *
     * @param engine where to compute
     * @param model the model
     * @param data the rows, at least 1
     * @param options as for K-FAC
     * @throws IllegalArgumentException if there are no rows, or no layer that has factors
     */
    public static Ekfac fit(Engine engine, Model model, Dataset data, Kfac.Options options) {
        return correct(engine, model, data, Kfac.fit(engine, model, data, options));
    }

    /**
     * Corrects the eigenvalues of factors that are already there.
     *
     * @param engine where to compute
     * @param model the model that the factors were fitted at
     * @param data the rows, at least 1
     * @param kfac the factors; labels are taken as for them, drawn anew
     */
    public static Ekfac correct(Engine engine, Model model, Dataset data, Kfac kfac) {
        return of(kfac, sums(engine, model, data, RowRange.of(data), kfac));
    }

    /**
     * Sums over some rows what the eigenvalues follow from.
     *
     * @param engine where to compute
     * @param model the model that the factors were fitted at
     * @param data all rows
     * @param range the rows to sum over; labels drawn for a row do not depend on it
     * @param kfac the factors, of all rows
     * @return {@code Σ (Q_Sᵀ G Q_A)²} for each layer
     */
    public static RowSums sums(Engine engine, Model model, Dataset data, RowRange range, Kfac kfac) {
        List<KroneckerShape> shapes = shapes(kfac);
        Kfac.Options options = kfac.options();
        LabelDeltas labels = new LabelDeltas(options.labels(), options.seed() ^ SECOND_DRAW, options.samples());
        List<double[]> sums = TileSums.over(engine, model, data, range, shapes, labels, i -> {
            KroneckerBasis basis = kfac.bases().get(i);
            return basis.shape().isFactored(model.network())
                    ? new FactoredEigenvalueSums(engine.compute(), basis, engine.tile())
                    : new RotatedEigenvalueSums(engine.compute(), basis, engine.tile());
        });
        return TileSums.named(range.size(), shapes, sums);
    }

    /**
     * Makes eigenvalues of sums.
     *
     * @param kfac the factors
     * @param sums as {@link #sums} gives them for these factors, over at least 1 row
     * @throws IllegalArgumentException if there are no rows, or the sums are of other layers
     */
    public static Ekfac of(Kfac kfac, RowSums sums) {
        List<double[]> eigenvalues = new ArrayList<>();
        for (KroneckerShape shape : shapes(kfac)) {
            double[] values = sums.mean(shape.name());
            checkArgument(values.length == shape.length(), "the sums of layer %s are of another network", shape.name());
            eigenvalues.add(values);
        }
        return new Ekfac(kfac, eigenvalues);
    }

    private static List<KroneckerShape> shapes(Kfac kfac) {
        return kfac.bases().stream().map(KroneckerBasis::shape).toList();
    }

    /** Returns the factors. */
    public Kfac factors() {
        return kfac;
    }

    /** Returns Λ of a layer, {@code out × (in + 1)} in the order of {@link Kfac#eigenvalues}; a copy. */
    public double[] eigenvalues(String layer) {
        return eigenvalues.get(kfac.index(layer)).clone();
    }

    /**
     * Returns {@code (C + λI)⁻¹} with C in these eigenvectors and eigenvalues.
     *
     * @param compute where products run
     * @param damping decides λ of each layer
     * @return the caller closes it
     */
    public KroneckerInverse inverse(Compute compute, DampingRule damping) {
        return new KroneckerInverse("ekfac", compute, kfac, eigenvalues, damping);
    }
}
