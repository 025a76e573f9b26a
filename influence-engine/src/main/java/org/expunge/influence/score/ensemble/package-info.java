/**
 * Scores averaged over several models or trainings.
 *
 * <p>Start at {@link org.expunge.influence.score.ensemble.ScoreEnsemble}. Signs are those of
 * {@link org.expunge.influence.score}.
 *
 * <p>Symbols: M members.
 */
@NullMarked
package org.expunge.influence.score.ensemble;

import org.jspecify.annotations.NullMarked;
