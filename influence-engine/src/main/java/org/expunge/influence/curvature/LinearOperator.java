package org.expunge.influence.curvature;

import static com.google.common.base.Preconditions.checkArgument;

/** A square symmetric matrix that is known through its products with vectors. */
public interface LinearOperator {
    /** Returns {@code p}: rows and columns of the matrix. */
    int dimension();

    /**
     * Multiplies.
     *
     * @param x length {@code p}, left as it was
     * @param y length {@code p}, overwritten with {@code A x}; another array than {@code x}
     */
    void apply(double[] x, double[] y);

    /**
     * Multiplies several vectors: as {@link #apply} on each, which is what this does unless the operator can share work
     * between them.
     *
     * @param x k vectors of length {@code p}, left as they were
     * @param y k arrays of length {@code p}, overwritten with {@code A x_k}; none of them is one of {@code x}
     * @throws IllegalArgumentException if there are not as many of one as of the other
     */
    default void applyAll(double[][] x, double[][] y) {
        checkArgument(x.length == y.length, "there are %s vectors but room for %s products", x.length, y.length);
        for (int k = 0; k < x.length; k++) {
            apply(x[k], y[k]);
        }
    }

    /**
     * Keeps some columns, for least squares over some parameters.
     *
     * @param selected which, each at most once, in the order wanted
     * @return {@code p × selected.length}, a view of this operator
     * @throws IllegalArgumentException if a column does not exist or is given twice
     */
    default RectangularOperator columns(int[] selected) {
        return new SelectedColumns(this, selected.clone());
    }

    /**
     * Adds a multiple of the identity.
     *
     * @param damping λ, added to every eigenvalue; finite and at least 0
     * @return {@code A + λ I}, a view of this operator
     * @throws IllegalArgumentException if the damping is negative or not finite
     */
    default LinearOperator damped(double damping) {
        checkArgument(damping >= 0 && Double.isFinite(damping), "damping must be 0 or more, got %s", damping);
        return new Damped(this, damping);
    }
}
