/**
 * Shadow models: many trainings in which random halves of some candidate rows are learned and then forgotten, so that
 * an attack can be told, for every single row, what forgotten and never seen look like under one and the same
 * algorithm.
 *
 * <p>Symbols: {@code B} base rows that are always trained on, {@code C} candidate rows, {@code T} runs, {@code f_t ⊂ C}
 * the half that run {@code t} learns and forgets. Shadows audit a method with a recipe on rows; the weights that are
 * released are not looked at.
 *
 * <p>Start at {@link org.expunge.unlearning.shadow.ShadowAudit} and {@link org.expunge.unlearning.shadow.CanaryAudit}.
 */
@NullMarked
package org.expunge.unlearning.shadow;

import org.jspecify.annotations.NullMarked;
