package org.expunge.defense.attack.craft;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;

/**
 * Projected gradient ascent of a row's own loss. A row whose own features no longer say its class leaves the model
 * nothing but the trigger to learn it by.
 *
 * <p><b>Cost.</b> A forward and a backward pass a step.
 *
 * <p><b>Source.</b> A. Turner, D. Tsipras and A. Madry, "Label-Consistent Backdoor Attacks", arXiv:1912.02771, 2019;
 * here from the row itself.
 */
public final class LossAscent implements Crafter {
    /**
     * How far and how finely.
     *
     * @param bound how far
     * @param steps at least 1
     * @param step length of each, in the bound's norm, above 0
     */
    public record Options(Bound bound, int steps, double step) {
        /** Checks the ranges. */
        public Options {
            checkArgument(steps >= 1, "steps must be at least 1, got %s", steps);
            checkArgument(step > 0, "the step must be above 0, got %s", step);
        }

        /** Steps that together reach two and a half times as far as ε. */
        public static Options of(Bound bound, int steps) {
            return new Options(bound, steps, 2.5 * bound.epsilon() / steps);
        }
    }

    private static final double PUBLISHED = 5;
    /** A row of few features that moves as far is no longer of its class. */
    private static final double MOST_OF_LENGTH = 2.0 / 3;

    private final Surrogate surrogate;
    private final Options options;

    /**
     * Makes the crafter.
     *
     * @param surrogate whose loss
     * @param options how far and how finely
     */
    public LossAscent(Surrogate surrogate, Options options) {
        this.surrogate = surrogate;
        this.options = options;
    }

    /**
     * Returns the bound of ART's notebook for MNIST, 5 in the Euclidean norm, but no more than two thirds of the rows'
     * mean distance from the least values. It is a small part of many pixels that moves; within the maximum norm all do
     * a little, and what a model then learns by is that and not the trigger.
     *
     * @param train raw rows, at least one
     */
    public static Bound published(Dataset train) {
        FeatureRanges ranges = FeatureRanges.of(train);
        Bound published = Bound.euclidean(PUBLISHED, ranges);
        double[] least = new double[ranges.width()];
        Arrays.setAll(least, ranges::lowest);
        double mean = IntStream.range(0, train.size())
                .mapToDouble(i -> published.distance(train.row(i), least))
                .average()
                .orElseThrow();
        return Bound.euclidean(Math.min(PUBLISHED, MOST_OF_LENGTH * mean), ranges);
    }

    @Override
    public Dataset craft(Dataset bases) {
        double[][] start = Bound.read(bases);
        double[][] x = Bound.read(bases);
        for (int k = 0; k < options.steps(); k++) {
            double[][] slopes = surrogate.lossSlopes(Bound.with(bases, x));
            options.bound().descend(x, start, slopes, -options.step());
        }
        return Bound.with(bases, x);
    }

    @Override
    public String description() {
        return String.format(
                Locale.ROOT,
                "ascent of the loss within %s in %d steps",
                options.bound().description(),
                options.steps());
    }
}
