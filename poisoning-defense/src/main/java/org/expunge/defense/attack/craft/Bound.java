package org.expunge.defense.attack.craft;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;

/**
 * How far rows may move: within ε of where they were, and within the range of their features. Distances are in units of
 * each feature's range; a feature of range 0 does not move.
 *
 * @param norm by which ε is meant
 * @param epsilon in (0, 1] in the maximum norm, above 0 and finite in the Euclidean one
 * @param ranges of the training rows
 */
public record Bound(Norm norm, double epsilon, FeatureRanges ranges) {
    /** How the distance between two rows is measured. */
    public enum Norm {
        /** The largest move of a feature. */
        MAXIMUM,
        /** The root of the sum of squared moves. */
        EUCLIDEAN
    }

    /** Checks ε. */
    public Bound {
        checkArgument(
                norm != Norm.MAXIMUM || (epsilon > 0 && epsilon <= 1),
                "epsilon must be above 0 and at most 1 in the maximum norm, got %s",
                epsilon);
        checkArgument(
                epsilon > 0 && Double.isFinite(epsilon),
                "epsilon must be above 0 and finite in the Euclidean norm, got %s",
                epsilon);
    }

    /** Bounds every feature by itself, by a share of its range. */
    public static Bound maximum(double epsilon, FeatureRanges ranges) {
        return new Bound(Norm.MAXIMUM, epsilon, ranges);
    }

    /** Bounds the length of the whole move, in units of the ranges. */
    public static Bound euclidean(double epsilon, FeatureRanges ranges) {
        return new Bound(Norm.EUCLIDEAN, epsilon, ranges);
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
     * Moves rows down their slopes by a given distance in the bound's norm, and back into the bound: in the maximum
     * norm every feature by the same share of its range, in the Euclidean one along the slope.
     *
     * @param x rows, changed in place
     * @param bases where they were
     * @param slopes {@code n × d}; a row of zeros does not move
     * @param distance how far, in units of the ranges; below 0 to climb
     */
    void descend(double[][] x, double[][] bases, double[][] slopes, double distance) {
        for (int i = 0; i < x.length; i++) {
            double[] row = x[i];
            double[] steepest = steepest(slopes[i]);
            Arrays.setAll(row, j -> row[j] - distance * ranges.span(j) * steepest[j]);
            project(row, bases[i]);
        }
    }

    /** The direction of length 1 in which a row's slope is largest, in units of the ranges. */
    private double[] steepest(double[] slope) {
        double[] direction = new double[slope.length];
        if (norm == Norm.MAXIMUM) {
            Arrays.setAll(direction, j -> Math.signum(slope[j]));
            return direction;
        }
        Arrays.setAll(direction, j -> slope[j] * ranges.span(j));
        double length = Math.sqrt(Vectors.squaredNorm(direction));
        if (length > 0) {
            Arrays.setAll(direction, j -> direction[j] / length);
        }
        return direction;
    }

    /** Moves a row to a random place within the bound, in place: uniform in its box or ball, cut off at the ranges. */
    void scatter(double[] x, double[] base, SplittableRandom random) {
        double[] move = new double[x.length];
        if (norm == Norm.MAXIMUM) {
            Arrays.setAll(move, j -> random.nextDouble(-1, 1) * epsilon);
        } else {
            Arrays.setAll(move, j -> random.nextGaussian());
            double length = Math.sqrt(Vectors.squaredNorm(move));
            double radius = epsilon * Math.pow(random.nextDouble(), 1.0 / x.length);
            Arrays.setAll(move, j -> move[j] * radius / length);
        }
        Arrays.setAll(x, j -> base[j] + move[j] * ranges.span(j));
        project(x, base);
    }

    /**
     * Moves a row back into the bound, in place: in the Euclidean norm straight towards where it was, and then, in
     * both, every feature to the nearest value within its range. A base out of range may stay there.
     */
    void project(double[] x, double[] base) {
        double share = norm == Norm.EUCLIDEAN ? Math.min(1, epsilon / distance(x, base)) : 1;
        for (int j = 0; j < x.length; j++) {
            double reach = norm == Norm.MAXIMUM ? epsilon * ranges.span(j) : share * Math.abs(x[j] - base[j]);
            double most = ranges.span(j) > 0 ? reach : 0;
            double near = Math.min(base[j] + most, Math.max(base[j] - most, x[j]));
            double low = Math.min(base[j], ranges.lowest(j));
            double high = Math.max(base[j], ranges.highest(j));
            x[j] = Math.min(high, Math.max(low, near));
        }
    }

    /** Returns how far a row is from where it was, in the bound's norm and in units of the ranges. */
    double distance(double[] x, double[] base) {
        double largest = 0;
        double sum = 0;
        for (int j = 0; j < x.length; j++) {
            double move = ranges.span(j) > 0 ? Math.abs(x[j] - base[j]) / ranges.span(j) : 0;
            largest = Math.max(largest, move);
            sum += move * move;
        }
        return norm == Norm.MAXIMUM ? largest : Math.sqrt(sum);
    }

    /** Returns ε with its norm, for reports. */
    String description() {
        return String.format(
                Locale.ROOT, "%.3g in the %s norm", epsilon, norm.name().toLowerCase(Locale.ROOT));
    }
}
