package org.expunge.defense.model;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Normalizer;

/**
 * The values that each feature of a normalised row can take. Immutable; arrays are copied on the way out.
 *
 * <p>Pixels share one range, from 0 (or less, if rows are) to the largest value seen: black and white of the raw image.
 * Features of a table have a range each, from the smallest to the largest value seen.
 */
public final class ValueRange {
    private final double[] low;
    private final double[] high;

    private ValueRange(double[] low, double[] high) {
        this.low = low;
        this.high = high;
    }

    /**
     * Learns the range of raw rows and gives it in the units of normalised ones.
     *
     * @param raw clean rows before normalisation, at least 1
     * @param normalizer what is applied to them
     * @return the range, one pair a feature
     */
    public static ValueRange of(Dataset raw, Normalizer normalizer) {
        checkArgument(raw.size() >= 1, "%s has no rows to learn the range of features from", raw.name());
        checkArgument(
                raw.words().isEmpty(),
                "%s is text: words cannot be blended, scaled or masked, so these questions have no meaning for it",
                raw.name());
        int width = raw.shape().length();
        double[] low = raw.row(0);
        double[] high = raw.row(0);
        for (int i = 1; i < raw.size(); i++) {
            double[] row = raw.row(i);
            for (int j = 0; j < width; j++) {
                low[j] = Math.min(low[j], row[j]);
                high[j] = Math.max(high[j], row[j]);
            }
        }
        if (!raw.shape().isFlat()) {
            share(low, high);
        }
        double[] shift = normalizer.shift();
        checkArgument(shift.length == width, "rows have %s features but the normalisation %s", width, shift.length);
        double[] scale = normalizer.scale();
        for (int j = 0; j < width; j++) {
            low[j] = (low[j] - shift[j]) * scale[j];
            high[j] = (high[j] - shift[j]) * scale[j];
        }
        return new ValueRange(low, high);
    }

    private static void share(double[] low, double[] high) {
        double least = 0;
        double most = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < low.length; j++) {
            least = Math.min(least, low[j]);
            most = Math.max(most, high[j]);
        }
        Arrays.fill(low, least);
        Arrays.fill(high, most);
    }

    /** Returns the number of features d. */
    public int width() {
        return low.length;
    }

    /** Returns the smallest value of each feature, normalised; length d. */
    public double[] low() {
        return low.clone();
    }

    /** Returns the largest value of each feature, normalised; length d. */
    public double[] high() {
        return high.clone();
    }

    /**
     * Multiplies a row, measured from the low end of the range, and cuts it at the high end.
     *
     * @param row d normalised values, left as they are
     * @param factor at least 0
     * @return d values within the range
     */
    double[] amplified(double[] row, double factor) {
        double[] result = new double[row.length];
        for (int j = 0; j < row.length; j++) {
            double moved = low[j] + factor * (row[j] - low[j]);
            result[j] = Math.max(low[j], Math.min(high[j], moved));
        }
        return result;
    }
}
