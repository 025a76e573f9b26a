package org.expunge.influence.score;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * How to cut the work.
 *
 * @param maxBytes memory to stay under, at least 1
 * @param rowsPerBlock most training rows of a block where blocks may be cut by rows: what a killed run loses; at least
 *     1
 */
public record WorkLimits(long maxBytes, int rowsPerBlock) {
    /** 1 GiB, 4096 rows a block. */
    public static final WorkLimits DEFAULT = new WorkLimits(1L << 30, 4096);

    /** Checks the ranges. */
    public WorkLimits {
        checkArgument(maxBytes >= 1, "maxBytes must be at least 1, got %s", maxBytes);
        checkArgument(rowsPerBlock >= 1, "rowsPerBlock must be at least 1, got %s", rowsPerBlock);
    }

    /** Refuses a plan that needs more than is allowed. */
    public void check(long leastBytes) {
        checkArgument(
                leastBytes <= maxBytes,
                "scoring needs at least %s bytes but maxBytes is %s; raise it, or use fewer workers or a smaller tile",
                leastBytes,
                maxBytes);
    }
}
