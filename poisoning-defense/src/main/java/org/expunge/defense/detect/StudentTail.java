package org.expunge.defense.detect;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * The upper tail of Student's t, by the trapezoid rule on its density, normalised by the same rule.
 *
 * <p><b>Accuracy.</b> Quantiles to 1e-4 for four degrees of freedom and more.
 */
final class StudentTail {
    private static final double STEP = 0.01;
    private static final double END = 300;
    private static final int LEAST_DEGREES = 4;

    private StudentTail() {}

    /**
     * Returns the t that is exceeded with a probability.
     *
     * @param tail the probability, in (0, ½)
     * @param degrees degrees of freedom, at least 4
     */
    static double quantile(double tail, int degrees) {
        checkArgument(tail > 0 && tail < 0.5, "tail must be in (0, 0.5), got %s", tail);
        checkArgument(degrees >= LEAST_DEGREES, "degrees must be at least %s, got %s", LEAST_DEGREES, degrees);
        double half = density(0, degrees) / 2;
        for (double x = STEP; x < END; x += STEP) {
            half += density(x, degrees);
        }
        double wanted = (1 - 2 * tail) * half; // area between 0 and t
        double area = 0;
        double x = 0;
        while (x < END) {
            double next = (density(x, degrees) + density(x + STEP, degrees)) / 2;
            if (area + next >= wanted) {
                return x + STEP * (wanted - area) / next;
            }
            area += next;
            x += STEP;
        }
        return END;
    }

    /** The density but for its constant. */
    private static double density(double x, int degrees) {
        return Math.pow(1 + x * x / degrees, -(degrees + 1) / 2.0);
    }
}
