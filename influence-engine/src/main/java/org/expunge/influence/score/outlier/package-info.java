/**
 * Rows whose gradients are unlike the others'.
 *
 * <p>Start at {@link org.expunge.influence.score.outlier.OutlierGradients};
 * {@link org.expunge.influence.score.outlier.IsolationForest} serves any rows of numbers. Larger = more outlying; there
 * is no target and no sign.
 *
 * <p>Symbols: {@code g_i} the gradient of row i in the layers looked at; ψ rows a tree is grown on; {@code h(x)} the
 * depth at which x ends; {@code c(m)} the mean depth among m rows.
 */
@NullMarked
package org.expunge.influence.score.outlier;

import org.jspecify.annotations.NullMarked;
