package org.expunge.unlearning;

/** What a method promises about the model it returns. */
public enum Guarantee {
    /** The model was trained without the rows, by the same recipe. */
    EXACT,
    /** Nothing is proved; only verification says how much was forgotten. */
    EMPIRICAL
}
