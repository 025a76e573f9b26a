/**
 * Moving training rows within a bound, under their true label, so that they poison: by a surrogate model's own
 * derivatives.
 *
 * <p>Start at {@link org.expunge.defense.attack.craft.Crafter}.
 *
 * <p>Symbols: {@code x} a raw row, {@code b} the row it was, {@code t} the input to be misread, {@code φ} the
 * surrogate's features before its last layer, {@code ε} the bound as a share of a feature's range.
 */
@NullMarked
package org.expunge.defense.attack.craft;

import org.jspecify.annotations.NullMarked;
