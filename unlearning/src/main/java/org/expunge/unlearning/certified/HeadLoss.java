package org.expunge.unlearning.certified;

/** A row's loss as a function of its K scores {@code z_k = w_k·x}, with what the bounds need to know of it. */
interface HeadLoss {
    /** Returns K, the number of vectors. */
    int vectors();

    /** Returns how many vectors share a block: the Hessian has no entries between blocks. */
    int vectorsPerBlock();

    /** Returns the number of blocks. */
    default int blocks() {
        return vectors() / vectorsPerBlock();
    }

    /** Returns ℓ. */
    double value(double[] z, int label);

    /** Writes {@code ∂ℓ/∂z}, K numbers. */
    void slope(double[] z, int label, double[] to);

    /** Writes {@code (∂²ℓ/∂z²) v}, K numbers. */
    void curvatureProduct(double[] z, double[] v, double[] to);

    /** Returns the entry {@code (k, l)} of {@code ∂²ℓ/∂z²}, of vectors of one block; the sign of all with k≠l is −1. */
    double curvature(double[] z, int k, int l);

    /** Returns γ*: the largest {@code |∂³ℓ[v, v, v]|} of a unit v, within a block. */
    double thirdDerivative();

    /** Returns γ of the published bounds. */
    double publishedLipschitz();

    /** Returns C: the largest {@code ‖∇ℓ‖} of a row of norm 1, within a block. */
    double largestSlope();
}
