package org.expunge.defense.detect;

import static com.google.common.base.Preconditions.checkArgument;

/** The upper tail of the standard normal law. */
final class NormalTail {
    private static final double MOST = 40;
    private static final int STEPS = 200;

    private NormalTail() {}

    /** Returns the z that a standard normal exceeds with probability {@code tail}, in (0, ½], to 1e-9. */
    static double quantile(double tail) {
        checkArgument(tail > 0 && tail <= 0.5, "tail must be in (0, 0.5], got %s", tail);
        double low = 0;
        double high = MOST;
        for (int t = 0; t < STEPS && high - low > 1e-10; t++) {
            double middle = (low + high) / 2;
            if (of(middle) > tail) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }

    /** Returns {@code P(Z > z)} for z ≥ 0 by the trapezoid rule on the density, which converges geometrically. */
    static double of(double z) {
        double step = 0.005;
        double sum = density(z) / 2;
        for (double x = z + step; x < z + 12; x += step) {
            sum += density(x);
        }
        return sum * step;
    }

    private static double density(double x) {
        return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }
}
