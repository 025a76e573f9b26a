package org.expunge.defense.trace;

import static com.google.common.base.Preconditions.checkArgument;

import org.expunge.defense.identify.TargetAudit;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.Scores;

/**
 * Ranks the training rows behind a cluster of flagged inputs by their mean influence on them.
 *
 * <p><b>Cost.</b> One scoring of at most {@link #MOST_TARGETS} inputs.
 *
 * <p><b>Source.</b> GAS as in Z. Hammoudeh and D. Lowd, CCS 2022; the mean over flagged inputs is ours.
 */
public final class RowTrace {
    /** More flagged inputs than this add cost and clean false positives, not sharpness. */
    public static final int MOST_TARGETS = 40;

    private final Estimator estimator;

    /**
     * Makes a trace.
     *
     * @param estimator whose scores are averaged; GAS
     */
    public RowTrace(Estimator estimator) {
        this.estimator = estimator;
    }

    /**
     * Ranks rows.
     *
     * @param train training rows, normalised as the model was trained
     * @param targets the flagged inputs, heaviest first, at least 1; those after the first {@link #MOST_TARGETS} are
     *     not used
     * @param label the class that the model takes them for
     * @return the ranking of the rows that carry {@code label}
     */
    public RowRanking rank(Dataset train, Dataset targets, int label) {
        checkArgument(targets.size() >= 1, "there are no flagged inputs to trace");
        Dataset used = first(targets, MOST_TARGETS);
        int[] predicted = new int[used.size()];
        java.util.Arrays.fill(predicted, label);
        Scores scores = estimator.score(train, used.withTargets(TargetAudit.asPredicted(used, predicted)));
        double[] sums = new double[train.size()];
        for (int q = 0; q < used.size(); q++) {
            double[] row = scores.row(q);
            for (int i = 0; i < sums.length; i++) {
                sums[i] += row[i] / used.size();
            }
        }
        return RowRanking.of("mean " + estimator.method(), onlyLabel(train, sums, label));
    }

    static double[] onlyLabel(Dataset train, double[] scores, int label) {
        for (int i = 0; i < scores.length; i++) {
            if (train.label(i) != label) {
                scores[i] = Double.NEGATIVE_INFINITY;
            }
        }
        return scores;
    }

    private static Dataset first(Dataset data, int most) {
        int[] rows = new int[Math.min(most, data.size())];
        java.util.Arrays.setAll(rows, i -> i);
        return data.select(rows);
    }
}
