package org.expunge.unlearning;

/** What a method promises about the model it returns. */
public enum Guarantee {
    /** The model was trained without the rows, by the same recipe. */
    EXACT,
    /**
     * The model is (ε, δ)-indistinguishable from one retrained without the rows, under assumptions that come with it.
     */
    CERTIFIED,
    /** Nothing is proved; only verification says how much was forgotten. */
    EMPIRICAL
}
