/**
 * Linear heads on frozen features that forget rows with a proof.
 *
 * <p>Symbols: {@code x_i} is row i, of norm at most 1 and with a constant as its last number; {@code X} stacks them,
 * {@code n × d}; {@code w} is the head, K vectors of length d; {@code ℓ} the loss of a row;
 *
 * <pre>{@code L(w; D) = Σ_{i∈D} ℓ(w; x_i, y_i) + (λn/2) ‖w‖² + b·w}</pre>
 *
 * <p>in sum form; {@code D′} is what remains of {@code D} without {@code m} rows; {@code r = ∇L(w; D)} the residual;
 * {@code step} a Newton step of w, {@code u} what it adds to the residual; {@code (ε, δ)} the guarantee.
 *
 * <p>Start at {@link org.expunge.unlearning.certified.CertifiedHead}; on disk it is a
 * {@link org.expunge.unlearning.certified.CertifiedRun}.
 */
@NullMarked
package org.expunge.unlearning.certified;

import org.jspecify.annotations.NullMarked;
