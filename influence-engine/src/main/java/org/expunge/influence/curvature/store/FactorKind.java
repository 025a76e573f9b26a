package org.expunge.influence.curvature.store;

/** The kinds of factors that can be stored. */
public enum FactorKind {
    /** {@link org.expunge.influence.curvature.kronecker.Kfac}. */
    KFAC,
    /** {@link org.expunge.influence.curvature.kronecker.Ekfac}; its parts need the K-FAC factors of all rows. */
    EKFAC,
    /** {@link org.expunge.influence.curvature.kronecker.Foof}. */
    FOOF,
    /** {@link org.expunge.influence.curvature.factor.Diagonal}. */
    DIAGONAL,
    /** {@link org.expunge.influence.curvature.factor.BlockDense}. */
    BLOCK_DENSE,
    /** {@link org.expunge.influence.curvature.lowrank.Nystrom}. */
    NYSTROM,
    /** {@link org.expunge.influence.curvature.lowrank.Arnoldi}; needs all rows at once. */
    ARNOLDI
}
