/**
 * Curvature of the training loss, known through its products with vectors.
 *
 * <p>Symbols used in this package: {@code p} is the number of parameters, {@code n} the number of rows, {@code J_i} the
 * {@code K × p} Jacobian of the network's last pre-activations for row {@code i}, {@code Λ_i} the {@code K × K} Hessian
 * of its loss with respect to them, {@code C = (1/n) Σ J_iᵀ Λ_i J_i} the Gauss-Newton matrix of the <em>mean</em> loss
 * and {@code λ ≥ 0} the damping, added to every eigenvalue of {@code C}.
 *
 * <p>Start at {@link org.expunge.influence.curvature.GaussNewton}; everything that solves with it sees a
 * {@link org.expunge.influence.curvature.LinearOperator}, and least squares a
 * {@link org.expunge.influence.curvature.RectangularOperator}. Where a closed form of {@code (C + λI)⁻¹} is wanted, fit
 * {@link org.expunge.influence.curvature.kronecker.Ekfac} and take its
 * {@link org.expunge.influence.curvature.InverseCurvature}.
 */
@NullMarked
package org.expunge.influence.curvature;

import org.jspecify.annotations.NullMarked;
