/**
 * A prediction as a sum of parts, one for each training row, through an L2-regularised last layer.
 *
 * <p>Start at {@link org.expunge.influence.score.representer.RepresenterPoints}. Signs are those of
 * {@link org.expunge.influence.score}.
 *
 * <p>Symbols: {@code f̄} the last layer's input, with a 1 for the bias; {@code λ} times {@code ‖w‖²} is the penalty on
 * all its parameters; {@code δ_i} the derivative of row i's loss by the logits; {@code α_i = −δ_i / (2 λ n)}.
 */
@NullMarked
package org.expunge.influence.score.representer;

import org.jspecify.annotations.NullMarked;
