package org.expunge.influence.curvature;

/** Which labels the gradients carry whose second moments a factor averages. */
public enum LabelMode {
    /**
     * The expectation over the model's own predictions, exactly, by one backward pass for each output: with it the
     * factors are those of the Fisher matrix, which equals Gauss-Newton. Deterministic.
     */
    EXACT,
    /**
     * Labels drawn from the model's prediction, one a row unless more are asked for: a backward pass each, and noise.
     */
    SAMPLED,
    /** The data's own labels: the empirical Fisher matrix, which is not Gauss-Newton. */
    EMPIRICAL
}
