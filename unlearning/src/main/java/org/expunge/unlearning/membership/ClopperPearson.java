package org.expunge.unlearning.membership;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * Exact limits of a rate that was counted in independent trials.
 *
 * <p><b>Source.</b> C. J. Clopper and E. S. Pearson, "The Use of Confidence or Fiducial Limits Illustrated in the Case
 * of the Binomial", Biometrika 26(4), 1934.
 */
final class ClopperPearson {
    /** Halvings of [0, 1]: the limit is then as exact as a double near 1. */
    private static final int HALVINGS = 53;

    private ClopperPearson() {}

    /**
     * Returns the largest rate that explains so few events: where at most {@code hits} in {@code trials} have the
     * probability {@code miss}.
     *
     * @param hits how many events, in [0, trials]
     * @param trials how many trials, at least 1
     * @param miss chance that the true rate lies above, in (0, 1)
     */
    static double upper(int hits, int trials, double miss) {
        checkArgument(
                trials >= 1 && hits >= 0 && hits <= trials, "hits must be in [0, trials], got %s of %s", hits, trials);
        if (hits == trials) {
            return 1;
        }
        double low = 0;
        double high = 1;
        for (int i = 0; i < HALVINGS; i++) {
            double rate = (low + high) / 2;
            if (atMost(hits, trials, rate) > miss) {
                low = rate;
            } else {
                high = rate;
            }
        }
        return high;
    }

    /** The binomial distribution function: the term at {@code hits} by its logarithm, those below by their ratios. */
    private static double atMost(int hits, int trials, double rate) {
        double logTerm = (trials - hits) * Math.log1p(-rate) + hits * Math.log(rate);
        for (int i = 1; i <= hits; i++) {
            logTerm += Math.log((double) (trials - hits + i) / i);
        }
        double ratio = 1;
        double sum = 1;
        for (int k = hits; k > 0; k--) {
            ratio *= k * (1 - rate) / ((trials - k + 1) * rate);
            sum += ratio;
        }
        return Math.min(1, Math.exp(logTerm) * sum);
    }
}
