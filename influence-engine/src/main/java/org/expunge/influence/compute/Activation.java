package org.expunge.influence.compute;

/** Element-wise functions φ, as DL4J defines them. */
public enum Activation {
    /** z. */
    IDENTITY,
    /** max(z, 0). */
    RELU,
    /** z for z ≥ 0, else α z; α is the kernel's parameter. */
    LEAKY_RELU,
    /** z for z ≥ 0, else α (eᶻ − 1). */
    ELU,
    /** z · sigmoid(1.702 z), with 1.702 rounded to a float: what DL4J computes unless asked for the precise form. */
    GELU,
    /** tanh z. */
    TANH,
    /** 1 / (1 + e⁻ᶻ). */
    SIGMOID,
    /** log(1 + eᶻ). */
    SOFTPLUS,
    /** z · sigmoid(z). */
    SWISH
}
