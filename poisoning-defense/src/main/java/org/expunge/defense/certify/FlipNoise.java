package org.expunge.defense.certify;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * What flipping r labels can do to the vote of classifiers that each saw every label drawn anew with probability q.
 *
 * <p>Each label stays with probability {@code 1 − q} and is each of the K − 1 others with probability {@code q/(K −
 * 1)}. An event of probability δ under these draws has at most a certain probability once r labels were flipped before;
 * by the lemma of Neyman and Pearson the worst event is made of the draws in which flipped labels agree most often with
 * what they were flipped to. Agreements minus disagreements is a sum of r independent steps in {−1, 0, 1}, so its
 * distribution is exact here.
 *
 * <p><b>Source.</b> E. Rosenfeld, E. Winston, P. Ravikumar, Z. Kolter, "Certified Robustness to Label-Flipping Attacks
 * via Randomized Smoothing", ICML 2020, sections 3 and 4; the exact bound of its section 3 in place of the looser one
 * by the Kullback-Leibler divergence of its theorem 1.
 */
final class FlipNoise {
    private final double stay;
    private final double other;
    private final double elsewhere;
    private final int classes;

    FlipNoise(double flipProbability, int classes) {
        checkArgument(classes >= 2, "a label needs at least 2 classes, got %s", classes);
        checkArgument(
                flipProbability > 0 && flipProbability < (classes - 1.0) / classes,
                "flip probability must be in (0, %s), where labels would be drawn evenly, got %s",
                (classes - 1.0) / classes,
                flipProbability);
        this.classes = classes;
        this.stay = 1 - flipProbability;
        this.other = flipProbability / (classes - 1);
        this.elsewhere = classes == 2 ? 0 : 1 - stay - other;
    }

    /** Returns the probability that a label stays. */
    double stay() {
        return stay;
    }

    /** Returns the probability that a label becomes a certain other one. */
    double other() {
        return other;
    }

    /** Returns K. */
    int classes() {
        return classes;
    }

    /**
     * Returns, for r = 0, 1, …, most, the largest δ such that no event of probability δ or less becomes one of more
     * than one half after r flips.
     *
     * @param most the largest r, at least 0
     * @return length most + 1, descending
     */
    double[] largestFailures(int most) {
        double[] failures = new double[most + 1];
        double[] steps = {1}; // P(agreements with the old label − with the new one = i − r)
        for (int r = 0; r <= most; r++) {
            failures[r] = largestFailure(steps);
            steps = convolved(steps);
        }
        return failures;
    }

    /** Fills up events from the side where the flipped labels are likelier, until they have one half there. */
    private static double largestFailure(double[] before) {
        int r = (before.length - 1) / 2;
        double after = 0;
        double failure = 0;
        for (int i = 0; i < before.length; i++) {
            double there = before[2 * r - i]; // after the flips, the roles of old and new label are exchanged
            if (after + there >= 0.5) {
                return failure + before[i] * (there > 0 ? (0.5 - after) / there : 0);
            }
            after += there;
            failure += before[i];
        }
        return failure;
    }

    private double[] convolved(double[] steps) {
        double[] next = new double[steps.length + 2];
        for (int i = 0; i < steps.length; i++) {
            next[i] += other * steps[i];
            next[i + 1] += elsewhere * steps[i];
            next[i + 2] += stay * steps[i];
        }
        return next;
    }
}
