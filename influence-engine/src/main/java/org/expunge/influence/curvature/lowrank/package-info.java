/**
 * Curvature as a few eigenpairs, found by products alone, with {@code λ⁻¹} on all directions outside them.
 *
 * <p>Start at {@link org.expunge.influence.curvature.lowrank.Arnoldi} (outer eigenpairs with certificates) or
 * {@link org.expunge.influence.curvature.lowrank.Nystrom} (one sweep over the rows); both give a
 * {@link org.expunge.influence.curvature.lowrank.LowRank}.
 *
 * <p>Symbols: {@code p} parameters, {@code k} pairs kept, {@code θ_i} and {@code e_i} their values and vectors,
 * {@code E} the {@code k × p} matrix of these, {@code λ} the damping.
 */
@NullMarked
package org.expunge.influence.curvature.lowrank;

import org.jspecify.annotations.NullMarked;
