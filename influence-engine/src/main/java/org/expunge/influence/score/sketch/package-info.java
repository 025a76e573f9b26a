/**
 * Scores from gradients that were shortened by a random matrix: {@code ⟨P g_q, P g_i⟩} in place of {@code ⟨g_q, g_i⟩}.
 *
 * <p>Start at {@link org.expunge.influence.score.sketch.TracInRp}. Signs are those of
 * {@link org.expunge.influence.score}.
 *
 * <p>Symbols: P is {@code k × p}; {@code φ_q} and {@code ψ_i} are features of queries and rows, whose products are
 * scores.
 */
@NullMarked
package org.expunge.influence.score.sketch;

import org.jspecify.annotations.NullMarked;
