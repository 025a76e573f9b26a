package org.expunge.influence.curvature;

/** A matrix that is known through its products with vectors from either side, as least squares needs it. */
public interface RectangularOperator {
    /** Returns the number of rows. */
    int rows();

    /** Returns the number of columns. */
    int columns();

    /**
     * Multiplies.
     *
     * @param x length {@link #columns}, left as it was
     * @param y length {@link #rows}, overwritten with {@code A x}; another array than {@code x}
     */
    void apply(double[] x, double[] y);

    /**
     * Multiplies the transposed matrix.
     *
     * @param y length {@link #rows}, left as it was
     * @param x length {@link #columns}, overwritten with {@code Aᵀ y}; another array than {@code y}
     */
    void applyTransposed(double[] y, double[] x);
}
