package org.expunge.defense.attack.craft;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Locale;
import org.expunge.influence.data.Dataset;

/**
 * Projected gradient ascent of a row's own loss. A row whose own features no longer say its class leaves the model
 * nothing but the trigger to learn it by.
 *
 * <p><b>Cost.</b> A forward and a backward pass a step.
 *
 * <p><b>Source.</b> A. Turner, D. Tsipras and A. Madry, "Label-Consistent Backdoor Attacks", arXiv:1912.02771, 2019;
 * here from the row itself, in the maximum norm.
 */
public final class LossAscent implements Crafter {
    /**
     * How far and how finely.
     *
     * @param bound how far
     * @param steps at least 1
     * @param step length of each, as a share of a feature's range, above 0
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
                "ascent of the loss within %.3g in %d steps",
                options.bound().epsilon(),
                options.steps());
    }
}
