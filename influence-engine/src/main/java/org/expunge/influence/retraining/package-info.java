/**
 * Answers that come from training many times: what rows do to a model, measured instead of estimated.
 *
 * <p>Start at {@link org.expunge.influence.retraining.Retrainings}, which trains on
 * {@link org.expunge.influence.retraining.Subsets} and measures, or at
 * {@link org.expunge.influence.retraining.RetrainingBank}, which also keeps every training on disk. What they measure
 * is a {@link org.expunge.influence.retraining.SubsetTask}; that for networks is
 * {@link org.expunge.influence.retraining.RetrainedQueries}.
 *
 * <p><b>Sign.</b> {@link org.expunge.influence.retraining.LeaveOneOut} gives the rise of a measure when a row is
 * removed: of a query's loss, positive for proponents, as scores are. Shapley values, average marginal effects and
 * differences of means give what a row adds to the measure; give them a
 * {@linkplain org.expunge.influence.retraining.SubsetTask#negated negated} loss for proponents to be positive.
 *
 * <p>Symbols: {@code n} rows, {@code s} subsets {@code S}, {@code R} repetitions with seeds of their own, {@code m}
 * outputs of a measurement, {@code U(S)} one of them after training on {@code S}, {@code p} the chance that a row is in
 * a subset.
 */
@NullMarked
package org.expunge.influence.retraining;

import org.jspecify.annotations.NullMarked;
