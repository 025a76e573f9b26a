/**
 * How far a prediction is left open by the training loss: the part of its gradient in directions where that loss is
 * flat.
 *
 * <p>Start at {@link org.expunge.influence.score.localensemble.LocalEnsemble}. Scores belong to inputs, not to training
 * rows; larger = more extrapolation.
 *
 * <p>Symbols: {@code g = ∂ŷ/∂θ} of an output; {@code U_m} the m eigenvectors of the Hessian of the largest
 * {@code |eigenvalue|}; {@code E_m = ‖g − U_m U_mᵀ g‖}.
 */
@NullMarked
package org.expunge.influence.score.localensemble;

import org.jspecify.annotations.NullMarked;
