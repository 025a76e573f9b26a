/**
 * Gradients of single examples: losses, norms, dots and projections, and stored gradients that others are contracted
 * with. Dense layers stay in factored form and are never written out.
 *
 * <p>Start at {@link org.expunge.influence.gradient.PerExample} for one number or one row an example, and at
 * {@link org.expunge.influence.gradient.GradientBatch} for products between two sets of examples.
 *
 * <p>Symbols: {@code g_i = ∂ℓ_i/∂θ}, of length {@code p}, without weight decay and not divided by a batch; {@code a} a
 * layer's input and {@code δ} the derivative of the loss with respect to its output, so that a dense layer has {@code g
 * = δ aᵀ}; {@code B} examples of a tile; {@code m} stored examples; {@code p_l} parameters of layer l. All passes are
 * in inference mode: running statistics, no dropout.
 */
@NullMarked
package org.expunge.influence.gradient;

import org.jspecify.annotations.NullMarked;
