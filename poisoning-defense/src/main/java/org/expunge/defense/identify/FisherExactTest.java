package org.expunge.defense.identify;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * One-sided exact test of whether a share is larger in one group than in another.
 *
 * <p><b>Source.</b> R. A. Fisher, "The Logic of Inductive Inference", J. R. Stat. Soc. 98, 1935. The tail of the
 * hypergeometric law is summed in logarithms.
 */
final class FisherExactTest {
    private FisherExactTest() {}

    /**
     * Returns the probability, if the two shares were equal, of at least {@code hitsA} of all hits falling in group A.
     *
     * @param hitsA hits in A
     * @param sizeA size of A
     * @param hitsB hits in B
     * @param sizeB size of B
     */
    static double upperTail(int hitsA, int sizeA, int hitsB, int sizeB) {
        checkArgument(hitsA >= 0 && hitsA <= sizeA, "%s hits of %s", hitsA, sizeA);
        checkArgument(hitsB >= 0 && hitsB <= sizeB, "%s hits of %s", hitsB, sizeB);
        int hits = hitsA + hitsB;
        double[] logFactorial = logFactorials(sizeA + sizeB);
        double all = logChoose(logFactorial, sizeA + sizeB, hits);
        double tail = 0;
        for (int k = hitsA; k <= Math.min(hits, sizeA); k++) {
            if (hits - k <= sizeB) {
                tail += Math.exp(logChoose(logFactorial, sizeA, k) + logChoose(logFactorial, sizeB, hits - k) - all);
            }
        }
        return Math.min(1, tail);
    }

    private static double logChoose(double[] logFactorial, int n, int k) {
        return logFactorial[n] - logFactorial[k] - logFactorial[n - k];
    }

    private static double[] logFactorials(int n) {
        double[] logs = new double[n + 1];
        for (int i = 2; i <= n; i++) {
            logs[i] = logs[i - 1] + Math.log(i);
        }
        return logs;
    }
}
