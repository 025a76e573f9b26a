package org.expunge.influence.score.localensemble;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.List;
import org.expunge.influence.compute.EigenKernels;
import org.expunge.influence.curvature.LinearOperator;
import org.expunge.influence.solver.Lanczos;
import org.expunge.influence.solver.RitzPairs;

/**
 * The eigenvectors of a curvature with the largest {@code |eigenvalue|}, in that order, and what is left of a vector
 * without them.
 *
 * <p><b>Shapes.</b> At most m vectors of length p.
 *
 * <p><b>Accuracy.</b> That of {@link Lanczos}: the operator must be the same at every product, and each vector has a
 * {@linkplain #residuals residual}. What is left is formed vector by vector, never as a difference of squares, so that
 * it is right down to rounding of the vector itself.
 *
 * <p><b>Cost.</b> One product a Lanczos step; then {@code 4 m p} FLOP a vector. Memory: {@code m p} doubles, beside
 * those of the steps while it is made.
 */
public final class CurvedDirections {
    private final List<double[]> vectors = new ArrayList<>();
    private final double[] values;
    private final double[] residuals;

    private CurvedDirections(RitzPairs pairs) {
        this.values = pairs.values();
        this.residuals = pairs.residuals();
        for (int k = 0; k < pairs.size(); k++) {
            vectors.add(pairs.vector(k));
        }
    }

    /**
     * Finds directions.
     *
     * @param curvature the operator, symmetric, over one fixed set of rows
     * @param count m, at least 1; fewer where Lanczos finds fewer
     * @param lanczos how many steps, at least m
     * @param eigen decomposes the projected operator
     */
    public static CurvedDirections of(
            LinearOperator curvature, int count, Lanczos.Options lanczos, EigenKernels eigen) {
        checkArgument(
                lanczos.steps() >= count, "%s directions need as many Lanczos steps, got %s", count, lanczos.steps());
        RitzPairs pairs = new Lanczos(lanczos).run(curvature).ritz(eigen);
        return new CurvedDirections(pairs.largest(count, RitzPairs.Selection.MAGNITUDE));
    }

    /** Returns how many directions there are. */
    public int size() {
        return vectors.size();
    }

    /** Returns p. */
    public int dimension() {
        return vectors.get(0).length;
    }

    /** Returns the eigenvalues, of falling size; a copy. */
    public double[] values() {
        return values.clone();
    }

    /** Returns how far each is from an eigenvector, {@code ‖A y − θ y‖}; a copy. */
    public double[] residuals() {
        return residuals.clone();
    }

    /**
     * Returns {@code ‖g − U_m U_mᵀ g‖} for m from 0 to {@link #size}.
     *
     * @param g length p, left as it was
     */
    public double[] remainders(double[] g) {
        checkArgument(g.length == dimension(), "a vector of %s numbers does not fit %s", g.length, dimension());
        double[] left = g.clone();
        double[] norms = new double[size() + 1];
        norms[0] = norm(left);
        for (int m = 0; m < size(); m++) {
            double[] u = vectors.get(m);
            double share = 0;
            for (int i = 0; i < left.length; i++) {
                share += u[i] * left[i];
            }
            for (int i = 0; i < left.length; i++) {
                left[i] -= share * u[i];
            }
            norms[m + 1] = norm(left);
        }
        return norms;
    }

    private static double norm(double[] x) {
        double sum = 0;
        for (double value : x) {
            sum += value * value;
        }
        return Math.sqrt(sum);
    }
}
