/**
 * Curvature in forms that invert at once, beside Kronecker factors.
 *
 * <p>Start at {@link org.expunge.influence.curvature.factor.Diagonal} for the cheapest,
 * {@link org.expunge.influence.curvature.factor.BlockDense} for small layers exactly, or
 * {@link org.expunge.influence.curvature.factor.MFac} for a matrix of few gradients.
 *
 * <p>Symbols: {@code p} parameters, {@code p_l} of them in layer l, {@code m} gradients kept, {@code λ} the damping
 * added to every eigenvalue of the mean loss's curvature.
 */
@NullMarked
package org.expunge.influence.curvature.factor;

import org.jspecify.annotations.NullMarked;
