package org.expunge.influence.curvature.kronecker;

import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.LabelMode;
import org.expunge.influence.curvature.RowSums;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.RowRange;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;

/**
 * FOOF: {@code A ⊗ I} in place of the curvature of each dense and convolution layer, with {@code A = E[ā āᵀ]} of its
 * inputs; K-FAC without derivatives. Depends on no label and no loss.
 *
 * <p><b>Shapes.</b> As {@link Kfac}.
 *
 * <p><b>Units.</b> Those of squared inputs, not of curvature: a λ that suits {@link Kfac} does not suit it, and λ is
 * best taken relative to the mean eigenvalue.
 *
 * <p><b>Cost.</b> One forward pass, 2 (in + 1)² FLOP a column of inputs, and an eigendecomposition of A.
 *
 * <p><b>Source.</b> F. Benzing, "Gradient Descent on Neurons and its Link to Approximate Second-Order Optimization",
 * ICML 2022, section 3; A is a mean where the paper's is a sum.
 */
public final class Foof {
    private final Kfac factors;

    private Foof(Kfac factors) {
        this.factors = factors;
    }

    /**
     * Fits A to some rows.
     *
     * @param engine where to compute
     * @param model the model
     * @param data the rows, at least 1
     * @param scaling what positions of convolutions count
     * @throws IllegalArgumentException if there are no rows, or no layer that has factors
     */
    public static Foof fit(Engine engine, Model model, Dataset data, PositionScaling scaling) {
        RowSums sums = sums(engine, model, data, RowRange.of(data), scaling);
        return of(engine.compute(), model.network(), scaling, sums);
    }

    /**
     * Sums over some rows what A follows from.
     *
     * @param engine where to compute
     * @param model the model
     * @param data all rows
     * @param range the rows to sum over
     * @param scaling what positions of convolutions count
     * @return for each layer {@code Σ ā āᵀ}, then the number of columns of inputs
     * @throws IllegalArgumentException if there is no layer that has factors
     */
    public static RowSums sums(Engine engine, Model model, Dataset data, RowRange range, PositionScaling scaling) {
        RowSums sums = Kfac.inputSums(engine, model, data, range, scaling);
        SortedMap<String, double[]> inputs = new TreeMap<>();
        for (KroneckerShape shape : KroneckerShape.of(model.network())) {
            double[] both = sums.get(shape.name());
            int end = shape.columns() * shape.columns();
            double[] a = Arrays.copyOf(both, end + 1);
            a[end] = both[both.length - 1];
            inputs.put(shape.name(), a);
        }
        return new RowSums(sums.rows(), inputs);
    }

    /**
     * Makes A of sums.
     *
     * @param compute decomposes it
     * @param network the network
     * @param scaling as the sums were made with
     * @param sums over at least 1 row
     * @throws IllegalArgumentException if there are no rows, or the sums are of another network
     */
    public static Foof of(Compute compute, Network network, PositionScaling scaling, RowSums sums) {
        SortedMap<String, double[]> both = new TreeMap<>();
        for (KroneckerShape shape : KroneckerShape.of(network)) {
            double[] a = sums.get(shape.name());
            double columns = a[a.length - 1];
            int outputs = shape.outputs();
            double[] joined = Arrays.copyOf(a, a.length + outputs * outputs);
            for (int i = 0; i < outputs * outputs; i++) {
                joined[a.length - 1 + i] = i % (outputs + 1) == 0 ? columns : 0;
            }
            joined[joined.length - 1] = columns;
            both.put(shape.name(), joined);
        }
        Kfac.Options options = new Kfac.Options(LabelMode.EXACT, scaling, 0);
        return new Foof(Kfac.of(compute, network, options, new RowSums(sums.rows(), both)));
    }

    /** Returns the names of the layers that have factors, in the network's order. */
    public List<String> layers() {
        return factors.layers();
    }

    /** Returns {@code A} of a layer, {@code (in + 1) × (in + 1)} row-major, {@code in × in} without a bias; a copy. */
    public double[] inputFactor(String layer) {
        return factors.inputFactor(layer);
    }

    /**
     * Returns {@code (A ⊗ I + λI)⁻¹}.
     *
     * @param compute where products run
     * @param damping decides λ of each layer
     * @return the caller closes it
     */
    public KroneckerInverse inverse(Compute compute, DampingRule damping) {
        return factors.inverse("foof", compute, damping);
    }
}
