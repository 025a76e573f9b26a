package org.expunge.defense.identify;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.List;

/**
 * How heavy the upper tail of an input's influence scores is, among the training rows that carry the predicted label:
 * the κ-th largest robust z. A target of an attack rests on a few adversarial rows, and so has a heavy tail.
 *
 * <p>The tail is taken among same-label rows because scores of other labels lie elsewhere: over all rows the statistic
 * is no better than chance. Rows identical to the input are left out: each input has a heavy tail at its own copy.
 *
 * <p><b>Cost.</b> O(n log n) an input.
 *
 * <p><b>Source.</b> Z. Hammoudeh and D. Lowd, "Identifying a Training-Set Attack's Target Using Renormalized Influence
 * Estimation", CCS 2022; the restriction to one label is a deviation from it.
 */
public final class TailStatistic {
    private TailStatistic() {}

    /**
     * Computes the statistic.
     *
     * @param scores influence of each same-label training row on the input, left as they were
     * @param kappa κ, at least 1; capped at half the rows
     * @return the κ-th largest z; 0 when there are fewer than 4 rows to judge by
     */
    public static double heaviness(double[] scores, int kappa) {
        return heaviness(scores, List.of(kappa))[0];
    }

    /** As the other, for several κ at the price of one. */
    static double[] heaviness(double[] scores, List<Integer> kappas) {
        double[] heaviness = new double[kappas.size()];
        if (scores.length < 4) {
            return heaviness;
        }
        double[] sorted = scores.clone();
        Arrays.sort(sorted);
        RobustScale scale = RobustScale.of(sorted);
        for (int j = 0; j < heaviness.length; j++) {
            int kappa = kappas.get(j);
            checkArgument(kappa >= 1, "kappa must be at least 1, got %s", kappa);
            heaviness[j] = scale.z(sorted[sorted.length - Math.min(kappa, sorted.length / 2)]);
        }
        return heaviness;
    }
}
