/**
 * Scores of training rows for targets, from gradients along a training.
 *
 * <p><b>Sign.</b> {@code score(i → target) = g_targetᵀ C⁻¹ g_i}. Positive = proponent: removing row i raises the
 * target's loss, by about {@code score / n}. Negative = opponent. Trimming the smallest scores lowers the target's
 * loss; the rows that cause a (wrong) prediction are the largest scores for the predicted label.
 *
 * <p>Start at {@link org.expunge.influence.score.Gas} or {@link org.expunge.influence.score.InnerProduct}; collect
 * whole tables with {@link org.expunge.influence.score.Estimator#score}, or stream blocks into a
 * {@link org.expunge.influence.score.ScoreSink} such as {@link org.expunge.influence.score.TopK} or
 * {@link org.expunge.influence.score.ScoreStore}.
 *
 * <p>Symbols: {@code n} training rows i, {@code m} queries q, {@code g} gradients as in
 * {@link org.expunge.influence.gradient}, {@code t} checkpoints with learning rate {@code η_t} and batch size
 * {@code b}, {@code C} the curvature of the mean loss, damped (the identity but in
 * {@link org.expunge.influence.score.InfluenceFunction}).
 */
@NullMarked
package org.expunge.influence.score;

import org.jspecify.annotations.NullMarked;
