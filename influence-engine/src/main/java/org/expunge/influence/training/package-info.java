/**
 * Training: what a model went through, and its states on the way.
 *
 * <p>Symbols: {@code η} the learning rate, {@code b} the batch size, {@code θ_t} the parameters at checkpoint t.
 */
@NullMarked
package org.expunge.influence.training;

import org.jspecify.annotations.NullMarked;
