package org.expunge.influence.score.target;

import com.google.common.primitives.Doubles;
import java.util.List;
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

    /**
     * Joins the scores of rows that were shared out.
     *
     * @param parts scores of the same target by the same method, in the order of the rows; at least one
     * @param backend what each part was computed by
     */
    public static TargetScores joined(List<TargetScores> parts, String backend) {
        TargetScores first = parts.get(0);
        double[] scores = Doubles.concat(parts.stream().map(part -> part.scores).toArray(double[][]::new));
        Provenance.Inverse inverse = parts.stream()
                .map(part -> part.provenance.inverse())
                .reduce(Provenance.Inverse::and)
                .orElseThrow();
        return new TargetScores(
                first.target,
                first.value,
                scores,
                first.provenance.withInverse(inverse).withBackend(backend));
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
