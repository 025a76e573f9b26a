/**
 * TracIn over every step of a training rather than over checkpoints.
 *
 * <p>Start at {@link org.expunge.influence.score.tracin.TracInIdeal}. Signs are those of
 * {@link org.expunge.influence.score}.
 *
 * <p>Symbols: {@code θ_t} before step t, {@code B_t} its minibatch of b rows, {@code η_t} its learning rate.
 */
@NullMarked
package org.expunge.influence.score.tracin;

import org.jspecify.annotations.NullMarked;
