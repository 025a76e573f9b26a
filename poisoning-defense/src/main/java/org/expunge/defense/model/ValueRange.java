package org.expunge.defense.model;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Normalizer;

/**
 * The values that each feature of a normalised row can take. Immutable; arrays are copied on the way out.
 *
 * <p>Pixels share one range, from 0 (or less, if rows are) to the largest value seen: black and white of the raw image.
 * Pictures of sounds share the range of the normalised values seen. Features of a table have a range each, from the
 * smallest to the largest value seen.
 */
public final class ValueRange {
    /** Share of values at either end that a trigger need not reach. */
    private static final double END = 1e-3;

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
        Dataset normalised = normalizer.apply(raw);
        if (!normalised.shape().equals(raw.shape())) { // sound, of which a picture was made
            ValueRange each = observed(normalised);
            share(each.low, each.high, Double.POSITIVE_INFINITY);
            return each;
        }
        ValueRange range = observed(raw);
        if (!raw.shape().isFlat()) {
            share(range.low, range.high, 0);
        }
        double[] shift = normalizer.shift();
        double[] scale = normalizer.scale();
        for (int j = 0; j < shift.length; j++) {
            range.low[j] = (range.low[j] - shift[j]) * scale[j];
            range.high[j] = (range.high[j] - shift[j]) * scale[j];
        }
        return range;
    }

    private static ValueRange observed(Dataset raw) {
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
        return new ValueRange(low, high);
    }

    private static void share(double[] low, double[] high, double atMost) {
        double least = atMost;
        double most = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < low.length; j++) {
            least = Math.min(least, low[j]);
            most = Math.max(most, high[j]);
        }
        Arrays.fill(low, least);
        Arrays.fill(high, most);
    }

    /**
     * Cuts the range of pixels to what rows hold anywhere, but for a thousandth of their values at either end. A pixel
     * that is black in nearly all training rows is divided by next to nothing where features are standardised; white
     * there is a value that the model has met nowhere, and turns any input.
     *
     * @param normalised rows of an image or a table; a table's features keep their ranges
     * @return the range to look for triggers in
     */
    ValueRange met(Dataset normalised) {
        int n = normalised.size();
        int width = low.length;
        if (normalised.shape().isFlat() || n == 0) {
            return this;
        }
        double[] values = new double[Math.multiplyExact(n, width)];
        for (int i = 0; i < n; i++) {
            normalised.features().read(i, values, i * width);
        }
        Arrays.sort(values);
        double least = values[(int) (END * (values.length - 1))];
        double most = values[(int) Math.ceil((1 - END) * (values.length - 1))];
        double[] from = new double[width];
        double[] to = new double[width];
        for (int j = 0; j < width; j++) {
            from[j] = Math.min(high[j], Math.max(low[j], least));
            to[j] = Math.max(from[j], Math.min(high[j], most));
        }
        return new ValueRange(from, to);
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
