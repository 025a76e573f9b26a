package org.expunge.influence.network;

import java.util.List;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Matrix;
import org.expunge.influence.compute.Sums;

/**
 * A layer with trainable tensors. Once {@link Slot#delta} is known, its parameter gradients can be used in several
 * forms; a dense layer never materialises any.
 *
 * <p>Tensors are given in the order of {@link Layer#parameters}; {@code p_l} is their total length.
 */
public interface ParametricLayer extends Layer {
    /**
     * Adds {@code Σ_b g_b} to {@code sums}.
     *
     * @param slot the slot after backward reached it
     * @param sums one buffer for each tensor, added to
     */
    void addGradientSum(Slot slot, List<Buffer> sums);

    /**
     * Adds to {@code sums} what {@code Σ_b g_b} changes by because the inputs change along the last {@link #tangent}:
     * gradients formed with the inputs' tangents and {@link Slot#plainDelta}. {@link #addGradientSum} on δ̇ adds the
     * other half.
     *
     * @param slot the slot after the backward pass and its tangent reached it
     * @param sums one buffer for each tensor, added to
     */
    void addInputTangentSum(Slot slot, List<Buffer> sums);

    /**
     * Adds {@code ⟨g_b, v⟩} over this layer's tensors to {@code dots[offset + b]}.
     *
     * @param slot the slot after backward reached it
     * @param v one buffer for each tensor, left as it was
     * @param dots added to
     * @param offset index of the first example
     */
    void addGradientDots(Slot slot, List<Buffer> v, Sums dots, int offset);

    /** Adds {@code ‖g_b‖²} over this layer's tensors to {@code norms[offset + b]}. */
    void addSquaredNorms(Slot slot, Sums norms, int offset);

    /**
     * Writes each example's gradient of this layer as one row.
     *
     * @param slot the slot after backward reached it
     * @param rows {@code B × p_l}, written
     */
    void gradients(Slot slot, Matrix rows);

    /**
     * Returns whether {@code g_b = δ_b ⊗ a_b} (and {@code δ_b} for the bias), so that {@code ⟨g_b, g_c⟩ = (δ_b·δ_c)
     * (a_b·a_c + 1)}: then a pair of examples costs in + out multiplications.
     */
    boolean isFactored();

    /** Returns whether a factored layer has a bias. */
    boolean hasBias();
}
