package org.expunge.influence.curvature;

import static com.google.common.base.Preconditions.checkArgument;

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

    /**
     * Multiplies several vectors: as {@link #apply} on each, which is what this does unless the inverse can share work
     * between them.
     *
     * @param v k vectors of length {@code p}, left as they were
     * @param to k arrays of length {@code p}, overwritten; none of them is one of {@code v}
     * @throws IllegalArgumentException if there are not as many of one as of the other
     */
    default void applyAll(double[][] v, double[][] to) {
        checkArgument(v.length == to.length, "there are %s vectors but room for %s products", v.length, to.length);
        for (int k = 0; k < v.length; k++) {
            apply(v[k], to[k]);
        }
    }

    /**
     * Preconditions several vectors: as {@link #precondition} on each.
     *
     * @param v k vectors of length {@code p}, left as they were
     * @param to k arrays of length {@code p}, overwritten; none of them is one of {@code v}
     * @throws IllegalArgumentException if there are not as many of one as of the other
     */
    default void preconditionAll(double[][] v, double[][] to) {
        checkArgument(v.length == to.length, "there are %s vectors but room for %s products", v.length, to.length);
        for (int k = 0; k < v.length; k++) {
            precondition(v[k], to[k]);
        }
    }
}
