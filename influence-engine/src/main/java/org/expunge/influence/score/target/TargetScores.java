package org.expunge.influence.score.target;

import org.expunge.influence.score.Provenance;

/**
 * Training rows' scores for one target. Positive = proponent: removing the row raises the target, by about {@code score
 * / n}. Trimming the rows with the smallest scores lowers it. Immutable.
 */
public final class TargetScores {
    private final String target;
    private final double value;
    private final double[] scores;
    private final Provenance provenance;

    TargetScores(String target, double value, double[] scores, Provenance provenance) {
        this.target = target;
        this.value = value;
        this.scores = scores;
        this.provenance = provenance;
    }

    /** Returns the target's name. */
    public String target() {
        return target;
    }

    /** Returns the target's value on the validation rows. */
    public double value() {
        return value;
    }

    /** Returns the n scores, in row order; a copy. */
    public double[] scores() {
        return scores.clone();
    }

    /** Returns how the scores were made. */
    public Provenance provenance() {
        return provenance;
    }
}
