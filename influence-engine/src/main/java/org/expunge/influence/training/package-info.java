/**
 * Training, and the run directory that a training leaves.
 *
 * <p>Symbols used in this package: {@code n} is the number of training rows, {@code b} the batch size, {@code t} the
 * iteration (optimiser steps done so far), {@code η} the learning rate, {@code w} the parameters ({@code θ_t} at
 * checkpoint t) and {@code g} the mean gradient of a minibatch.
 *
 * <p>Start at {@link org.expunge.influence.training.Trainer}, which trains in memory, or at
 * {@link org.expunge.influence.training.TrainingOptions}. A training is a function of the initial model, the rows, the
 * options and the engine: the same four give the same bits, also when it was stopped and resumed in between.
 */
@NullMarked
package org.expunge.influence.training;

import org.jspecify.annotations.NullMarked;
