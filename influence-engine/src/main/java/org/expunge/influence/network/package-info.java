/**
 * Networks: directed acyclic graphs of layers, written once over {@link org.expunge.influence.compute.Compute}.
 *
 * <p>Start at {@link org.expunge.influence.network.Network} (immutable, shared) and
 * {@link org.expunge.influence.network.Pass} (one worker's scratch). Numbers are laid out as
 * {@link org.expunge.influence.compute} says: feature-major, batch innermost.
 *
 * <p>Symbols: {@code p} trainable parameters in the flat order of
 * {@link org.expunge.influence.network.ParameterLayout}; {@code B} examples of a tile; {@code a} the input of a layer,
 * {@code δ = ∂ℓ_b/∂output} of it for each example b (not divided by the batch), {@code ġ} a tangent.
 */
@NullMarked
package org.expunge.influence.network;

import org.jspecify.annotations.NullMarked;
