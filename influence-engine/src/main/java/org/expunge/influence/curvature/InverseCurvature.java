package org.expunge.influence.curvature;

import java.util.SortedMap;

/**
 * {@code (C + λI)⁻¹} of the mean loss, or an approximation to it, in closed form. Symmetric and positive semi-definite.
 */
public interface InverseCurvature {
    /** Returns the method's name, as in tables and files. */
    String method();

    /** Returns {@code p}. */
    int dimension();

    /** Returns the share of the parameters that take part, in percent; {@link #apply} gives 0 on the others. */
    double coveragePercent();

    /**
     * Returns λ of each layer that takes part, by name: added to the eigenvalues of the mean loss's curvature.
     *
     * @return sorted by name
     */
    SortedMap<String, Double> dampings();

    /**
     * Returns what the inverse depends on beside the model, by name: settings, and a digest of the numbers fitted.
     *
     * @return the same for inverses that give the same products
     */
    SortedMap<String, String> inputs();

    /**
     * Multiplies.
     *
     * @param v length {@code p}, left as it was
     * @param to length {@code p}, overwritten with {@code (C + λI)⁻¹ v}; another array than {@code v}
     */
    void apply(double[] v, double[] to);

    /**
     * Multiplies by a positive definite matrix: as {@link #apply}, but parameters that take no part are divided by the
     * smallest λ instead of set to 0, so that a solver still sees them.
     *
     * @param v length {@code p}, left as it was
     * @param to length {@code p}, overwritten; another array than {@code v}
     */
    void precondition(double[] v, double[] to);
}
