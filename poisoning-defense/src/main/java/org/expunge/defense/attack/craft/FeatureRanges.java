package org.expunge.defense.attack.craft;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import org.expunge.influence.data.Dataset;

/**
 * What values raw features take: of each column of a table, but of all pixels of images together, as a pixel that is
 * always dark may still be lit.
 */
public final class FeatureRanges {
    private final double[] lowest;
    private final double[] highest;

    private FeatureRanges(double[] lowest, double[] highest) {
        this.lowest = lowest;
        this.highest = highest;
    }

    /**
     * Measures rows.
     *
     * @param train raw rows, at least one
     * @return their ranges
     */
    public static FeatureRanges of(Dataset train) {
        checkArgument(train.size() > 0, "%s has no rows to measure", train.name());
        double[] lowest = train.row(0);
        double[] highest = train.row(0);
        double[] row = new double[lowest.length];
        for (int i = 1; i < train.size(); i++) {
            train.features().read(i, row, 0);
            for (int j = 0; j < row.length; j++) {
                lowest[j] = Math.min(lowest[j], row[j]);
                highest[j] = Math.max(highest[j], row[j]);
            }
        }
        if (!train.shape().isFlat()) {
            Arrays.fill(lowest, Arrays.stream(lowest).min().orElseThrow());
            Arrays.fill(highest, Arrays.stream(highest).max().orElseThrow());
        }
        return new FeatureRanges(lowest, highest);
    }

    /** Returns the number of features. */
    public int width() {
        return lowest.length;
    }

    /** Returns a feature's least value. */
    public double lowest(int feature) {
        return lowest[feature];
    }

    /** Returns a feature's largest value. */
    public double highest(int feature) {
        return highest[feature];
    }

    /** Returns the distance between the two; 0 for a constant column. */
    public double span(int feature) {
        return highest[feature] - lowest[feature];
    }

    /** Returns the least value of all. */
    public double lowest() {
        return Arrays.stream(lowest).min().orElseThrow();
    }

    /** Returns the largest value of all. */
    public double highest() {
        return Arrays.stream(highest).max().orElseThrow();
    }
}
