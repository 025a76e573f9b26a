package org.expunge.unlearning.certified;

/** Where the noise goes that hides what a deletion leaves behind. */
public enum Mechanism {
    /**
     * The head is solved without noise and kept secret; what is published is the head plus {@code N(0, s² I)}. Gated by
     * the measured residual. The cleaner proof.
     */
    OUTPUT,
    /**
     * The objective has a random linear term {@code b·w}, {@code b ~ N(0, σ² I)}, drawn once at training. Gated by a
     * bound on the residual that deletions add up in.
     */
    OBJECTIVE
}
