package org.expunge.influence.evaluate;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Metrics of a ranking. Larger scores rank first; items of equal score stand together, so no metric depends on the
 * order in which items were given.
 *
 * <p><b>Cost.</b> O(n log n).
 *
 * <p><b>Source.</b> Average precision and AUROC as scikit-learn's {@code average_precision_score} and
 * {@code roc_auc_score}; J. Davis, M. Goadrich, "The Relationship Between Precision-Recall and ROC Curves", ICML 2006.
 */
public final class RankMetrics {
    private RankMetrics() {}

    /**
     * Returns the area under the precision-recall curve as a step function, {@code Σ (R_k − R_{k−1}) P_k} over distinct
     * scores.
     *
     * @param scores n finite numbers
     * @param isPositive n flags, at least one of them true
     * @return in (0, 1]; the base rate when all scores are equal
     */
    public static double averagePrecision(double[] scores, boolean[] isPositive) {
        int positives = checkedPositives(scores, isPositive);
        checkArgument(positives > 0, "average precision needs at least one positive item");
        double[] area = {0};
        int[] before = {0};
        forEachThreshold(scores, isPositive, (truePositives, falsePositives) -> {
            double precision = truePositives / (double) (truePositives + falsePositives);
            area[0] += (truePositives - before[0]) * precision;
            before[0] = truePositives;
        });
        return area[0] / positives;
    }

    /**
     * Returns the share of (positive, negative) pairs that are ranked rightly, ties counting half.
     *
     * @param scores n finite numbers
     * @param isPositive n flags, some true and some false
     * @return in [0, 1]; ½ for chance
     */
    public static double auroc(double[] scores, boolean[] isPositive) {
        int positives = checkedPositives(scores, isPositive);
        int negatives = scores.length - positives;
        checkArgument(positives > 0 && negatives > 0, "AUROC needs items of both kinds, got %s positive", positives);
        double[] ranks = ranks(scores);
        double rankSum = IntStream.range(0, scores.length)
                .filter(i -> isPositive[i])
                .mapToDouble(i -> ranks[i])
                .sum();
        return (rankSum - positives * (positives + 1.0) / 2) / ((double) positives * negatives);
    }

    /**
     * Returns the largest share of positives above a threshold that lets through at most a given share of negatives.
     * Thresholds lie between distinct scores; nothing is interpolated.
     *
     * @param scores n finite numbers
     * @param isPositive n flags, some true and some false
     * @param maxFalsePositiveRate in [0, 1]
     * @return in [0, 1]
     */
    public static double truePositiveRate(double[] scores, boolean[] isPositive, double maxFalsePositiveRate) {
        checkArgument(
                maxFalsePositiveRate >= 0 && maxFalsePositiveRate <= 1,
                "maxFalsePositiveRate must be in [0, 1], got %s",
                maxFalsePositiveRate);
        int positives = checkedPositives(scores, isPositive);
        int negatives = scores.length - positives;
        checkArgument(positives > 0 && negatives > 0, "a rate needs items of both kinds, got %s positive", positives);
        int[] most = {0};
        forEachThreshold(scores, isPositive, (truePositives, falsePositives) -> {
            if (falsePositives <= maxFalsePositiveRate * negatives) {
                most[0] = truePositives;
            }
        });
        return most[0] / (double) positives;
    }

    /** Returns {@code P / n}: the average precision of a ranking that knows nothing. */
    public static double baseRate(boolean[] isPositive) {
        checkArgument(isPositive.length > 0, "there are no items");
        return IntStream.range(0, isPositive.length).filter(i -> isPositive[i]).count() / (double) isPositive.length;
    }

    /**
     * Returns the linear correlation.
     *
     * @param x n finite numbers, at least 2
     * @param y n finite numbers
     * @return in [−1, 1]; not a number if a side is constant
     */
    public static double pearson(double[] x, double[] y) {
        checkArgument(x.length == y.length, "%s numbers cannot be correlated with %s", x.length, y.length);
        checkArgument(x.length >= 2, "a correlation needs at least 2 numbers, got %s", x.length);
        checkFinite(x);
        checkFinite(y);
        double meanX = Arrays.stream(x).average().orElseThrow();
        double meanY = Arrays.stream(y).average().orElseThrow();
        double xx = 0;
        double yy = 0;
        double xy = 0;
        for (int i = 0; i < x.length; i++) {
            double dx = x[i] - meanX;
            double dy = y[i] - meanY;
            xx += dx * dx;
            yy += dy * dy;
            xy += dx * dy;
        }
        double correlation = xy / Math.sqrt(xx) / Math.sqrt(yy);
        return Double.isNaN(correlation) ? correlation : Math.max(-1, Math.min(1, correlation));
    }

    /**
     * Returns the correlation of ranks, ties sharing their mean rank.
     *
     * @param x n finite numbers, at least 2
     * @param y n finite numbers
     * @return in [−1, 1]; not a number if a side is constant
     */
    public static double spearman(double[] x, double[] y) {
        checkArgument(x.length == y.length, "%s numbers cannot be correlated with %s", x.length, y.length);
        checkFinite(x);
        checkFinite(y);
        return pearson(ranks(x), ranks(y));
    }

    /** Returns ranks from 1, ascending, ties sharing their mean rank. */
    public static double[] ranks(double[] values) {
        int[] order = IntStream.range(0, values.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> values[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] ranks = new double[values.length];
        for (int from = 0, to; from < order.length; from = to) {
            to = from + 1;
            while (to < order.length && values[order[to]] == values[order[from]]) {
                to++;
            }
            for (int i = from; i < to; i++) {
                ranks[order[i]] = (from + 1 + to) / 2.0;
            }
        }
        return ranks;
    }

    /** Is told what stands at or above a threshold. */
    interface Threshold {
        void at(int truePositives, int falsePositives);
    }

    /** Visits the end of each group of equal scores, from the largest score down. */
    static void forEachThreshold(double[] scores, boolean[] isPositive, Threshold threshold) {
        int[] order = IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> scores[i]).reversed())
                .mapToInt(Integer::intValue)
                .toArray();
        int truePositives = 0;
        for (int i = 0; i < order.length; i++) {
            truePositives += isPositive[order[i]] ? 1 : 0;
            if (i + 1 == order.length || scores[order[i + 1]] != scores[order[i]]) {
                threshold.at(truePositives, i + 1 - truePositives);
            }
        }
    }

    static int checkedPositives(double[] scores, boolean[] isPositive) {
        checkArgument(
                scores.length == isPositive.length,
                "%s scores do not match %s flags",
                scores.length,
                isPositive.length);
        checkFinite(scores);
        return (int)
                IntStream.range(0, isPositive.length).filter(i -> isPositive[i]).count();
    }

    private static void checkFinite(double[] values) {
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                throw new IllegalArgumentException("number " + i + " is " + values[i] + "; it must be finite");
            }
        }
    }
}
