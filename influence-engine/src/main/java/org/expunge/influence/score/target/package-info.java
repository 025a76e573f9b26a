/**
 * What a model is to do well on validation rows, as a number to lower: losses, fairness gaps, robustness. A training
 * row's score for a target says how much the target would rise without the row.
 *
 * <p>Start at {@link org.expunge.influence.score.target.TargetInfluence}.
 */
@NullMarked
package org.expunge.influence.score.target;

import org.jspecify.annotations.NullMarked;
