/**
 * Curvature by layer as Kronecker products of two small matrices.
 *
 * <p>Symbols, of one layer: {@code ā} is its input with a trailing 1, {@code δ} the derivative of a row's loss by its
 * output, {@code G = Σ δ āᵀ} the gradient as a matrix, {@code A = E[ā āᵀ]} and {@code S = E[δ δᵀ]} the factors with
 * eigenvectors {@code Q_A} and {@code Q_S}.
 *
 * <p>Start at {@link org.expunge.influence.curvature.kronecker.Ekfac}.
 */
@NullMarked
package org.expunge.influence.curvature.kronecker;

import org.jspecify.annotations.NullMarked;
