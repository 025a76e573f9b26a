package org.expunge.influence.curvature.kronecker;

/**
 * What K-FAC makes of the P positions of a convolution; without effect in a dense layer, and on EK-FAC's eigenvalues.
 */
public enum PositionScaling {
    /** A is summed over positions and S averaged: curvature of the right size if positions are independent. */
    KFC,
    /** Both are averaged over positions: P times smaller. */
    MEAN,
    /**
     * A row's inputs are averaged and its derivatives summed over positions before anything is multiplied: of the right
     * size if the positions of a row are all alike.
     *
     * <p><b>Source.</b> R. Eschenhagen, A. Immer, R. Turner, F. Schneider and P. Hennig, "Kronecker-Factored
     * Approximate Curvature for Modern Neural Network Architectures", NeurIPS 2023, section 3.3 (K-FAC-reduce).
     */
    REDUCE
}
