package org.expunge.influence.compute;

/**
 * Losses and their derivatives with respect to the last pre-activations z, {@code [K, B]}. Arithmetic is double inside,
 * whatever the precision of the buffers: {@code π_y − 1} is taken as {@code −Σ_{k≠y} π_k}, so that the direction of δ
 * survives for well-fitted examples.
 */
public interface LossKernels {
    /** Writes the loss of each example to {@code losses[offset + b]}. */
    void losses(Loss loss, int outputs, int batch, Buffer z, Buffer targets, Sums losses, int offset);

    /** Writes {@code δ = ∂ℓ/∂z}, {@code [K, B]}. */
    void delta(Loss loss, int outputs, int batch, Buffer z, Buffer targets, Buffer delta);

    /**
     * Writes {@code δ_b / ‖δ_b‖₂} for each example and {@code ‖δ_b‖₂} to {@code norms[offset + b]}. An example with
     * {@code δ_b = 0} gets zeros and norm 0.
     */
    void unitDelta(Loss loss, int outputs, int batch, Buffer z, Buffer targets, Buffer delta, Sums norms, int offset);

    /** Writes {@code Λ v} with {@code Λ = ∂²ℓ/∂z²} of each example, {@code [K, B]}. */
    void hessianProduct(Loss loss, int outputs, int batch, Buffer z, Buffer targets, Buffer v, Buffer to);

    /** Writes the prediction: softmax, sigmoid or z itself, {@code [K, B]}. */
    void predictions(Loss loss, int outputs, int batch, Buffer z, Buffer to);
}
