/**
 * Scores from a linearised model whose features are projected gradients of margins.
 *
 * <p>Start at {@link org.expunge.influence.score.trak.Trak}. Signs are those of {@link org.expunge.influence.score}.
 *
 * <p>Symbols: P is {@code k × p}; {@code φ = P ∂o/∂θ} with o the margin; Φ is {@code n × k}, a row for each training
 * row; {@code C = ΦᵀΦ/n}; {@code 1 − π_i} is {@code −∂ℓ_i/∂o_i}.
 */
@NullMarked
package org.expunge.influence.score.trak;

import org.jspecify.annotations.NullMarked;
