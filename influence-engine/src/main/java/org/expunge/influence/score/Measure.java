package org.expunge.influence.score;

/** How two gradients are compared at one checkpoint. */
enum Measure {
    /** {@code ⟨g_q, g_i⟩}. */
    INNER_PRODUCT,
    /** {@code cos(g_q, g_i)} of the whole gradients. */
    COSINE,
    /** {@code Σ_l cos(g_q^l, g_i^l)} over layers. */
    LAYER_COSINE
}
