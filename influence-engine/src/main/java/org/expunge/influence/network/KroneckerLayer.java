package org.expunge.influence.network;

import org.expunge.influence.compute.Matrix;

/**
 * A layer that applies one matrix at each of P positions (1 for a dense layer), so that an example's gradient of the
 * weight is {@code Σ_t δ_t a_tᵀ} over positions t, and of the bias {@code Σ_t δ_t}.
 */
public interface KroneckerLayer extends ParametricLayer {
    /**
     * Returns what the matrix is applied to: {@code a_t} of position t and example b in column {@code t·B + b}.
     *
     * @param slot the slot after forward
     * @return {@code in × (P·B)}, dense and from the start of its buffer; read only, valid until the next forward
     */
    Matrix inputColumns(Slot slot);

    /**
     * Returns {@code δ_t} in the same columns.
     *
     * @param slot the slot after backward reached it
     * @return {@code out × (P·B)}, dense and from the start of its buffer; read only
     */
    Matrix deltaColumns(Slot slot);

    /**
     * Writes {@code Σ_t d_t a_tᵀ} of each example for some d: the gradient of the weight where d is δ.
     *
     * @param slot the slot after forward
     * @param d {@code out × (P·B)} in the columns of {@link #deltaColumns}, dense and from the start of its buffer
     * @param to {@code (B·out) × in}, written: out rows for each example
     */
    void weightGradients(Slot slot, Matrix d, Matrix to);
}
