package org.expunge.influence.curvature;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * Whose gradients' second moments a factor averages.
 *
 * @param mode where labels come from
 * @param seed decides the labels drawn with {@link LabelMode#SAMPLED}
 * @param samples labels drawn a row with {@link LabelMode#SAMPLED}, at least 1: a backward pass each, and noise that
 *     falls with its root
 */
public record Labels(LabelMode mode, long seed, int samples) {
    /** The exact expectation over the model's labels. */
    public static final Labels EXACT = new Labels(LabelMode.EXACT, 0, 1);

    /** The data's own labels. */
    public static final Labels EMPIRICAL = new Labels(LabelMode.EMPIRICAL, 0, 1);

    /** Checks the samples. */
    public Labels {
        checkArgument(samples >= 1, "samples must be at least 1, got %s", samples);
    }

    /** Returns labels drawn from the model's predictions. */
    public static Labels sampled(long seed, int samples) {
        return new Labels(LabelMode.SAMPLED, seed, samples);
    }

    /** Returns what is sent back for them. */
    public LabelDeltas deltas() {
        return new LabelDeltas(mode, seed, samples);
    }
}
