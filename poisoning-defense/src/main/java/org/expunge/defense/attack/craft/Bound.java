package org.expunge.defense.attack.craft;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;

/**
 * How far rows may move: within ε of where they were, as a share of each feature's range, and within that range.
 *
 * @param epsilon in (0, 1]
 * @param ranges of the training rows
 */
public record Bound(double epsilon, FeatureRanges ranges) {
    /** Checks ε. */
    public Bound {
        checkArgument(epsilon > 0 && epsilon <= 1, "epsilon must be above 0 and at most 1, got %s", epsilon);
    }

    /** Reads rows out; a copy. */
    static double[][] read(Dataset rows) {
        return IntStream.range(0, rows.size()).mapToObj(rows::row).toArray(double[][]::new);
    }

    /** Gives rows other features. */
    static Dataset with(Dataset rows, double[][] x) {
        double[] flat = Stream.of(x).flatMapToDouble(Arrays::stream).toArray();
        return rows.withFeatures(Features.of(flat, rows.features().width()));
    }

    /**
     * Moves every feature by a share of its range against the sign of its slope, and back into the bound.
     *
     * @param x rows, changed in place
     * @param bases where they were
     * @param slopes {@code n × d}
     * @param share how far, a share of the range; below 0 to climb
     */
    void descend(double[][] x, double[][] bases, double[][] slopes, double share) {
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < x[i].length; j++) {
                x[i][j] -= share * ranges.span(j) * Math.signum(slopes[i][j]);
            }
            project(x[i], bases[i]);
        }
    }

    /** Moves a row back into the bound, in place. A base out of range may stay there. */
    void project(double[] x, double[] base) {
        for (int j = 0; j < x.length; j++) {
            double reach = epsilon * ranges.span(j);
            double near = Math.min(base[j] + reach, Math.max(base[j] - reach, x[j]));
            double low = Math.min(base[j], ranges.lowest(j));
            double high = Math.max(base[j], ranges.highest(j));
            x[j] = Math.min(high, Math.max(low, near));
        }
    }
}
