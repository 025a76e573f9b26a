package org.expunge.defense.attack.craft;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.Doubles;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.expunge.influence.data.Dataset;

/**
 * Poison Frogs: moves each row so that its features collide with those of the input to be misread while it still looks
 * like itself: {@code ‖φ(x) − φ(t)‖² / ‖φ(t)‖² + β ‖x − b‖²}, distances of rows in shares of the features' ranges.
 *
 * <p>A gradient step on the first term, then the closed form of the second (forward-backward splitting); a row's step
 * is halved, and taken back, when its objective would grow.
 *
 * <p><b>Cost.</b> Two forward passes and a backward pass a step.
 *
 * <p><b>Source.</b> A. Shafahi, W. R. Huang, M. Najibi, O. Suciu, C. Studer, T. Dumitras and T. Goldstein, "Poison
 * Frogs! Targeted Clean-Label Poisoning Attacks on Neural Networks", NeurIPS 2018, algorithm 1. Ours: the first term is
 * relative, and steps are halved by row.
 */
public final class FeatureCollision implements Crafter {
    /**
     * What to weigh.
     *
     * @param bound how far rows may move
     * @param steps at least 1
     * @param step the first step's length, above 0
     * @param similarity β, 0 or more
     * @param watermark share of t that is mixed into a row at the start, in [0, 1)
     */
    public record Options(Bound bound, int steps, double step, double similarity, double watermark) {
        /** Checks the ranges. */
        public Options {
            checkArgument(steps >= 1, "steps must be at least 1, got %s", steps);
            checkArgument(step > 0, "the step must be above 0, got %s", step);
            checkArgument(similarity >= 0, "similarity must be 0 or more, got %s", similarity);
            checkArgument(watermark >= 0 && watermark < 1, "watermark must be in [0, 1), got %s", watermark);
        }

        /** The published 120 steps; a little of β, and a watermark of 0.3. */
        public static Options of(Bound bound) {
            return new Options(bound, 120, 1, 0.01, 0.3);
        }
    }

    private final Surrogate surrogate;
    private final double[] victim;
    private final Options options;

    /**
     * Makes the crafter.
     *
     * @param surrogate whose features
     * @param victim raw features of t
     * @param options what to weigh
     */
    public FeatureCollision(Surrogate surrogate, List<Double> victim, Options options) {
        this.surrogate = surrogate;
        this.victim = Doubles.toArray(victim);
        this.options = options;
    }

    @Override
    public Dataset craft(Dataset bases) {
        double[][] start = Bound.read(bases);
        double[][] x = Bound.read(bases);
        for (int i = 0; i < x.length; i++) {
            double[] row = x[i];
            Arrays.setAll(row, j -> row[j] + options.watermark() * (victim[j] - row[j]));
            options.bound().project(row, start[i]);
        }
        double[] wanted = wanted(bases);
        double[] steps = new double[x.length];
        Arrays.fill(steps, options.step());
        double[] values = objective(bases, x, start, wanted);
        for (int k = 0; k < options.steps(); k++) {
            double[][] next = stepped(bases, x, start, wanted, steps);
            double[] nextValues = objective(bases, next, start, wanted);
            for (int i = 0; i < x.length; i++) {
                if (nextValues[i] <= values[i]) {
                    x[i] = next[i];
                    values[i] = nextValues[i];
                } else {
                    steps[i] /= 2;
                }
            }
        }
        return Bound.with(bases, x);
    }

    /** φ(t). */
    private double[] wanted(Dataset bases) {
        return surrogate.features(Bound.with(bases.select(new int[] {0}), new double[][] {victim}))[0];
    }

    private double[][] stepped(Dataset bases, double[][] x, double[][] start, double[] wanted, double[] steps) {
        double[][] targets = new double[x.length][];
        Arrays.fill(targets, wanted);
        double[][] slopes = surrogate.featureSlopes(Bound.with(bases, x), targets);
        double size = Vectors.squaredNorm(wanted);
        FeatureRanges ranges = options.bound().ranges();
        double[][] next = new double[x.length][];
        for (int i = 0; i < x.length; i++) {
            double[] row = x[i].clone();
            double pull = steps[i] * options.similarity();
            for (int j = 0; j < row.length; j++) {
                double span = ranges.span(j); // a step in shares of the range is one of span² in raw values
                double forward = row[j] - steps[i] * span * span * slopes[i][j] / size;
                row[j] = (forward + pull * start[i][j]) / (1 + pull);
            }
            options.bound().project(row, start[i]);
            next[i] = row;
        }
        return next;
    }

    private double[] objective(Dataset bases, double[][] x, double[][] start, double[] wanted) {
        double[][] features = surrogate.features(Bound.with(bases, x));
        FeatureRanges ranges = options.bound().ranges();
        double[] values = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            double moved = 0;
            for (int j = 0; j < x[i].length; j++) {
                double share = ranges.span(j) > 0 ? (x[i][j] - start[i][j]) / ranges.span(j) : 0;
                moved += share * share;
            }
            values[i] = Vectors.squaredDistance(features[i], wanted) / Vectors.squaredNorm(wanted)
                    + options.similarity() * moved;
        }
        return values;
    }

    @Override
    public String description() {
        return String.format(
                Locale.ROOT,
                "feature collision within %s in %d steps",
                options.bound().description(),
                options.steps());
    }
}
