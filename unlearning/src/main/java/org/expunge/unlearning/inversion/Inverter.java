package org.expunge.unlearning.inversion;

import java.util.List;

/**
 * A way to apply {@code (C + l2·D + λI)⁻¹} to a vector, for several λ. Implementations are records of settings, so that
 * they can be logged.
 */
public interface Inverter {
    /** The Gauss-Newton matrix by conjugate gradients for all λ in one Krylov run, 60 products, to 1e-4. */
    Inverter DEFAULT = new KrylovInverter(KrylovInverter.Products.GAUSS_NEWTON, KrylovInverter.Solver.CG, 1e-4, 60);

    /** Returns a name for reports, such as {@code gauss-newton by cg}. */
    String name();

    /**
     * Applies the inverse.
     *
     * @param at where the curvature is taken
     * @param b length {@code p}, every entry finite; left as it was
     * @param dampings λ, at least one, each 0 or more and finite; closed forms need λ + l2 above 0
     * @return an answer for each λ, in order
     */
    Inversion invert(Linearization at, double[] b, List<Double> dampings);
}
