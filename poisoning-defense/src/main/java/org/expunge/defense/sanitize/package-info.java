/**
 * Removing adversarial rows and training again, only where a counterfactual confirms them.
 *
 * <p>Start at {@link org.expunge.defense.sanitize.Sanitizer}.
 *
 * <p>Symbols: {@code ζ} the robust z of a row's mean influence from which rows are removed.
 */
@NullMarked
package org.expunge.defense.sanitize;

import org.jspecify.annotations.NullMarked;
