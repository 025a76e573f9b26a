package org.expunge.unlearning.certified;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * What may be told of figures that come from the head without noise. To the last digit they would tell of single rows;
 * rounded upwards they stay bounds, and tell less. No proof covers them.
 */
final class PublishedBounds {
    private static final MathContext COARSE = new MathContext(2, RoundingMode.CEILING);

    private PublishedBounds() {}

    /** Returns the least number of two significant digits that is no smaller; what is not finite stays. */
    static double up(double value) {
        return Double.isFinite(value) ? BigDecimal.valueOf(value).round(COARSE).doubleValue() : value;
    }

    /** Rounds upwards, but not above a limit that everybody knows and the value keeps to. */
    static double up(double value, double limit) {
        return value <= limit ? Math.min(up(value), limit) : up(value);
    }
}
