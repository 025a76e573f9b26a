/**
 * How the end of a training depends on the weight of each row, differentiated through every step.
 *
 * <p>Start at {@link org.expunge.influence.score.hydra.Hydra}; {@link org.expunge.influence.score.hydra.FastHydra}
 * leaves curvature out. Signs are those of {@link org.expunge.influence.score}.
 *
 * <p>Symbols: row j counts {@code 1 + n ε_j} in its minibatch's mean, so that {@code ε_j = −1/n} removes it; {@code h_j
 * = dθ/dε_j}; {@code V_j} the same of the momentum; {@code B} a minibatch of b rows; η learning rate, μ momentum.
 */
@NullMarked
package org.expunge.influence.score.hydra;

import org.jspecify.annotations.NullMarked;
