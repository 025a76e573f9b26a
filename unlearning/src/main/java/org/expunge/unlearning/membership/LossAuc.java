package org.expunge.unlearning.membership;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.function.DoublePredicate;

/**
 * How far the losses of members lie below those of non-members: the area under the ROC curve of "loss at most t".
 *
 * <p><b>Accuracy.</b> The standard error is DeLong's; it is 0 when the two sets of losses do not overlap.
 *
 * <p><b>Source.</b> E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson, "Comparing the Areas under Two or More
 * Correlated Receiver Operating Characteristic Curves", Biometrics 44(3), 1988, equations 3 to 5.
 *
 * @param value P(member's loss is lower) + ½ P(equal), in [0, 1]
 * @param standardError of the value; NaN unless there are 2 rows on each side
 * @param members number of members
 * @param nonMembers number of non-members
 */
public record LossAuc(double value, double standardError, int members, int nonMembers) {
    /**
     * Compares two sets of losses.
     *
     * @param members losses of the rows in question, at least 1, none NaN
     * @param nonMembers losses of rows never trained on, at least 1, none NaN
     * @return the area
     */
    public static LossAuc of(double[] members, double[] nonMembers) {
        checkArgument(
                members.length >= 1 && nonMembers.length >= 1,
                "an AUC needs rows on both sides, got %s and %s",
                members.length,
                nonMembers.length);
        double[] below = sharesAbove(members, nonMembers);
        double[] above = sharesAbove(nonMembers, members);
        double value = Moments.mean(below);
        double error = Math.sqrt(Moments.variance(below) / below.length + Moments.variance(above) / above.length);
        return new LossAuc(value, error, members.length, nonMembers.length);
    }

    /**
     * Returns the standard error of an AUC of one half, when both sides are drawn from one distribution.
     *
     * @param members number of members
     * @param nonMembers number of non-members
     * @return {@code √((m + v + 1) / (12 m v))}, from the variance of the Mann-Whitney statistic
     */
    public static double nullError(int members, int nonMembers) {
        double m = members;
        double v = nonMembers;
        return Math.sqrt((m + v + 1) / (12 * m * v));
    }

    /** For each x, the share of {@code others} that lies above it, ties counting half. */
    private static double[] sharesAbove(double[] x, double[] others) {
        double[] sorted = others.clone();
        Arrays.sort(sorted);
        double[] shares = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            double value = x[i];
            int below = countWhile(sorted, other -> other < value);
            int notAbove = countWhile(sorted, other -> other <= value);
            shares[i] = (sorted.length - notAbove + 0.5 * (notAbove - below)) / sorted.length;
        }
        return shares;
    }

    /** Returns how many values, from the lowest on, satisfy a condition that no later one satisfies after a failure. */
    private static int countWhile(double[] sorted, DoublePredicate condition) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (condition.test(sorted[middle])) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
