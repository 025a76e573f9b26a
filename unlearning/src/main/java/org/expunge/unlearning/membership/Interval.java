package org.expunge.unlearning.membership;

/**
 * A confidence interval.
 *
 * @param low its lower end
 * @param high its upper end
 */
public record Interval(double low, double high) {
    /** Half the width of a 95 % interval in standard errors of a normal law. */
    static final double Z95 = 1.959964;

    /** Returns whether a value lies inside, ends included. */
    public boolean contains(double value) {
        return low <= value && value <= high;
    }

    /** Returns 95 % around a value of known standard error. */
    static Interval around(double value, double standardError) {
        return new Interval(value - Z95 * standardError, value + Z95 * standardError);
    }

    /**
     * Returns Wilson's 95 % interval of a share.
     *
     * @param hits how often it happened
     * @param of how often it could have, at least 1
     */
    static Interval ofShare(int hits, int of) {
        double share = (double) hits / of;
        double z2 = Z95 * Z95;
        double center = (share + z2 / (2 * of)) / (1 + z2 / of);
        double width = Z95 * Math.sqrt(share * (1 - share) / of + z2 / (4.0 * of * of)) / (1 + z2 / of);
        return new Interval(Math.max(0, center - width), Math.min(1, center + width));
    }
}
