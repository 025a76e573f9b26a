package org.expunge.influence.compute;

/** Losses ℓ(z, y) of one example, as functions of the network's last pre-activations z. */
public enum Loss {
    /** Softmax and multi-class cross-entropy: {@code −Σ y_k log π_k}. DL4J's MCXENT with softmax. */
    SOFTMAX_CROSS_ENTROPY,
    /** Sigmoid and binary cross-entropy, summed over outputs. DL4J's XENT with sigmoid. */
    SIGMOID_CROSS_ENTROPY,
    /** {@code Σ (z_k − y_k)² / K}. DL4J's MSE with identity. */
    MEAN_SQUARED_ERROR,
    /** {@code Σ (z_k − y_k)²}. DL4J's L2 with identity. */
    SQUARED_ERROR
}
