package org.expunge.unlearning.verify;

/** What a gate, or all of them together, say. */
public enum Verdict {
    /** The evidence says that the rows are forgotten and the model still works. */
    PASS,
    /** The evidence says that they are not, or that the model was harmed. */
    FAIL,
    /** The evidence is too weak to say either; this is not a pass. */
    INCONCLUSIVE
}
