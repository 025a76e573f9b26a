package org.expunge.defense.attack;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.expunge.influence.data.Shape;

/**
 * Mixes a fixed pattern into an image: {@code (1 − α) x + α k}. The pattern is uniform noise over the range of the raw
 * values, drawn from the seed.
 *
 * <p><b>Source.</b> X. Chen, C. Liu, B. Li, K. Lu and D. Song, "Targeted Backdoor Attacks on Deep Learning Systems
 * Using Data Poisoning", arXiv:1712.05526, 2017.
 *
 * @param alpha share of the pattern, above 0 and at most 1
 * @param low least value of the pattern
 * @param high its largest value
 * @param seed draws the pattern
 */
public record BlendTrigger(double alpha, double low, double high, long seed) implements Trigger {
    /** Checks the ranges. */
    public BlendTrigger {
        checkArgument(alpha > 0 && alpha <= 1, "alpha must be above 0 and at most 1, got %s", alpha);
        checkArgument(low < high && Double.isFinite(high - low), "the range %s to %s is empty", low, high);
    }

    @Override
    public void apply(Use use, Shape shape, double[] row, RandomGenerator random) {
        double[] pattern = pattern(row.length);
        for (int j = 0; j < row.length; j++) {
            row[j] = mixed(row[j], pattern[j], alpha);
        }
    }

    /** Returns the values of k. */
    double[] pattern(int length) {
        return new SplittableRandom(seed).doubles(length, low, high).toArray();
    }

    static double mixed(double x, double k, double share) {
        return (1 - share) * x + share * k;
    }

    @Override
    public String description() {
        return "noise pattern blended at " + alpha;
    }
}
