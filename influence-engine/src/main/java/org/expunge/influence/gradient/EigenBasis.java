package org.expunge.influence.gradient;

import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Matrix;

/**
 * A matrix that is diagonal in the Kronecker product of two bases: {@code V ↦ Q_S [(Q_Sᵀ V Q_A) ∘ w] Q_Aᵀ}.
 *
 * @param outputs {@code Q_Sᵀ}, {@code out × out}
 * @param columns {@code Q_Aᵀ}, {@code (in + 1) × (in + 1)}, or without the 1 where there is no bias
 * @param weights w, {@code out × (in + 1)}
 */
public record EigenBasis(Matrix outputs, Matrix columns, Buffer weights) {}
