package org.expunge.unlearning.membership;

/**
 * The mean difference of two figures of the same rows, with the half-width of its 95 % interval.
 *
 * @param mean mean of x − y
 * @param halfWidth Student's t times the standard error; NaN for fewer than two rows
 */
public record PairedDifference(double mean, double halfWidth) {
    /**
     * Compares figures pair by pair.
     *
     * @param x one figure a pair, at least 1
     * @param y as many
     */
    public static PairedDifference of(double[] x, double[] y) {
        int n = x.length;
        double mean = 0;
        for (int i = 0; i < n; i++) {
            mean += (x[i] - y[i]) / n;
        }
        double variance = 0;
        for (int i = 0; i < n; i++) {
            double deviation = x[i] - y[i] - mean;
            variance += deviation * deviation / (n - 1);
        }
        return new PairedDifference(mean, student(n - 1) * Math.sqrt(variance / n));
    }

    /** Returns whether the whole interval lies above a value. */
    public boolean isAbove(double value) {
        return mean - halfWidth > value;
    }

    /** The 97.5 % point of Student's t by its Cornish-Fisher expansion: 2 % low at 4 degrees of freedom, then less. */
    private static double student(int degrees) {
        double z = Interval.Z95;
        double z3 = z * z * z;
        double z5 = z3 * z * z;
        return z + (z3 + z) / (4 * degrees) + (5 * z5 + 16 * z3 + 3 * z) / (96.0 * degrees * degrees);
    }
}
