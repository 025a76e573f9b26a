package org.expunge.influence.solver;

/**
 * Looks at the iterates themselves and says when a solve has gone far enough for what they are used for, whatever the
 * residual. It may remember what it saw, so that one rule serves one solve.
 */
@FunctionalInterface
public interface StoppingRule {
    /** Leaves the decision to the tolerance. */
    StoppingRule NEVER = (products, systems, iterates) -> new boolean[systems.length];

    /**
     * Judges the iterates after a product.
     *
     * @param products products spent so far on each of the systems, at least 1
     * @param systems which right-hand sides are still being solved for, ascending; {@code {0}} where there is one
     * @param iterates the iterate of each of them, length {@code p}; not to be changed or kept
     * @return for each of them whether it may stop
     */
    boolean[] settled(int products, int[] systems, double[][] iterates);
}
