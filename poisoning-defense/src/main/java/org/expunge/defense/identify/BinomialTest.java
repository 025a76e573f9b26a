package org.expunge.defense.identify;

import static com.google.common.base.Preconditions.checkArgument;

/** One-sided exact test of whether a share is larger than a given one. */
final class BinomialTest {
    private BinomialTest() {}

    /**
     * Returns the probability of at least {@code hits} of {@code size} under a rate.
     *
     * @param hits from 0 to {@code size}
     * @param size how many were drawn
     * @param rate in (0, 1)
     */
    static double upperTail(int hits, int size, double rate) {
        checkArgument(hits >= 0 && hits <= size, "%s hits of %s", hits, size);
        checkArgument(rate > 0 && rate < 1, "rate must be in (0, 1), got %s", rate);
        double logTerm = size * Math.log1p(-rate);
        double tail = 0;
        for (int k = 0; k <= size; k++) {
            if (k >= hits) {
                tail += Math.exp(logTerm);
            }
            logTerm += Math.log((size - k) / (k + 1.0)) + Math.log(rate) - Math.log1p(-rate);
        }
        return Math.min(1, tail);
    }
}
