/**
 * The eigenvalues of a curvature that is known through its products with vectors.
 *
 * <p>Symbols used in this package: {@code A} is a symmetric {@code p × p} matrix, {@code θ_k} a Ritz value (an
 * eigenvalue of A restricted to a Krylov subspace), {@code ω_k} the share of the {@code p} eigenvalues that it stands
 * for, {@code m} the Lanczos steps.
 *
 * <p>Start at {@link org.expunge.influence.curvature.spectrum.StochasticLanczos}.
 */
@NullMarked
package org.expunge.influence.curvature.spectrum;

import org.jspecify.annotations.NullMarked;
