package org.expunge.benchmarks.gpu;

/**
 * How far one result is from the reference.
 *
 * @param family what kind of result
 * @param name which one
 * @param error largest relative Frobenius error, NaN if a number was NaN
 * @param bound what it must not exceed
 */
record Finding(String family, String name, double error, double bound) {
    /** Returns whether the error is within the bound; NaN is not. */
    boolean passes() {
        return error <= bound;
    }

    /** Returns {@code ‖actual − expected‖ / ‖expected‖}, and {@code ‖actual‖} where nothing but zeros is expected. */
    static double relativeError(double[] actual, double[] expected) {
        if (actual.length != expected.length) {
            return Double.NaN;
        }
        double difference = 0;
        double size = 0;
        for (int i = 0; i < expected.length; i++) {
            double d = actual[i] - expected[i];
            difference += d * d;
            size += expected[i] * expected[i];
        }
        return Math.sqrt(size > 0 ? difference / size : difference);
    }
}
