/**
 * Questions to a finished model that need no training rows: is this input under attack, does this model hold a
 * backdoor?
 *
 * <p>Start at {@link org.expunge.defense.model.InputScore}; {@link org.expunge.defense.model.Strip},
 * {@link org.expunge.defense.model.ScaleUp} and {@link org.expunge.defense.model.ParameterScaling} are published ones,
 * used as controls beside influence.
 *
 * <p>Symbols: {@code F(x)} the class probabilities of a normalised input x, {@code ŷ} the class it is taken for,
 * {@code K} the number of classes.
 */
@NullMarked
package org.expunge.defense.model;

import org.jspecify.annotations.NullMarked;
