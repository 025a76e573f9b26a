package org.expunge.defense.identify;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Control of the false-discovery rate over many tests.
 *
 * <p><b>Source.</b> Y. Benjamini and Y. Hochberg, "Controlling the False Discovery Rate", J. R. Stat. Soc. B 57, 1995.
 * p-values that share their calibration rows depend positively on each other, under which it holds: S. Bates, E.
 * Candès, L. Lei, Y. Romano, M. Sesia, "Testing for Outliers with Conformal p-values", Ann. Stat. 51, 2023.
 */
final class StepUp {
    private StepUp() {}

    /**
     * Returns the discoveries.
     *
     * @param p p-values
     * @param rate share of false ones among discoveries, in expectation
     * @return for each whether it is one: all up to the last that is at most {@code rate · rank / count}
     */
    static boolean[] discoveries(double[] p, double rate) {
        int[] order = IntStream.range(0, p.length)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(i -> p[i]).thenComparingInt(i -> i))
                .mapToInt(Integer::intValue)
                .toArray();
        int last = -1;
        for (int r = 0; r < p.length; r++) {
            if (p[order[r]] <= rate * (r + 1) / p.length) {
                last = r;
            }
        }
        boolean[] found = new boolean[p.length];
        for (int r = 0; r <= last; r++) {
            found[order[r]] = true;
        }
        return found;
    }
}
