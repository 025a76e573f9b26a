/**
 * Unlearning by training on: a few epochs of the model's own trainer with another objective.
 *
 * <p>Symbols are those of {@link org.expunge.unlearning}; {@code CE(R)} is the mean loss of a minibatch of remaining
 * rows, whatever loss the network has. Each method runs every learning rate of its
 * {@link org.expunge.unlearning.method.finetune.Tuning}, smallest first, and offers the model after every epoch to the
 * guarded search of candidates: published constants do nothing on one model and destroy the next.
 *
 * <p>Start at {@link org.expunge.unlearning.method.finetune.FineTune}, the simplest.
 */
@NullMarked
package org.expunge.unlearning.method.finetune;

import org.jspecify.annotations.NullMarked;
