package org.expunge.influence.curvature.kronecker;

/**
 * What K-FAC makes of the P positions of a convolution; without effect in a dense layer, and on EK-FAC's eigenvalues.
 */
public enum PositionScaling {
    /** A is summed over positions and S averaged: curvature of the right size if positions are independent. */
    KFC,
    /** Both are averaged over positions: P times smaller. */
    MEAN
}
