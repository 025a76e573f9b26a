package org.expunge.influence.evaluate;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.List;

/**
 * The precision-recall and ROC curves of a ranking: what each threshold lets through. Larger scores rank first; items
 * of equal score stand together.
 *
 * <p><b>Cost.</b> O(n log n).
 *
 * @param averagePrecision as {@link RankMetrics#averagePrecision}
 * @param auroc as {@link RankMetrics#auroc}
 * @param points from the strictest threshold to the loosest, which lets everything through
 */
public record RankCurve(double averagePrecision, double auroc, List<Point> points) {
    /** Copies the list. */
    public RankCurve {
        points = List.copyOf(points);
    }

    /**
     * What a threshold lets through.
     *
     * @param falsePositiveRate share of negatives
     * @param recall share of positives
     * @param precision share of positives among what is let through
     */
    public record Point(double falsePositiveRate, double recall, double precision) {}

    /**
     * Draws the curves.
     *
     * @param scores n finite numbers
     * @param isPositive n flags, some true and some false
     * @param most points to keep, at least 2; where there are more thresholds those are kept where recall or the false
     *     positive rate has moved on by a share of {@code most}
     * @return the curves
     */
    public static RankCurve of(double[] scores, boolean[] isPositive, int most) {
        checkArgument(most >= 2, "most must be at least 2, got %s", most);
        int positives = RankMetrics.checkedPositives(scores, isPositive);
        int negatives = scores.length - positives;
        double auroc = RankMetrics.auroc(scores, isPositive);
        double step = 2.0 / most;
        List<Point> points = new ArrayList<>();
        RankMetrics.forEachThreshold(scores, isPositive, (truePositives, falsePositives) -> {
            Point point = new Point(
                    falsePositives / (double) negatives,
                    truePositives / (double) positives,
                    truePositives / (double) (truePositives + falsePositives));
            boolean isLast = truePositives + falsePositives == scores.length;
            if (isLast || points.isEmpty() || distance(points.get(points.size() - 1), point) >= step) {
                points.add(point);
            }
        });
        return new RankCurve(RankMetrics.averagePrecision(scores, isPositive), auroc, points);
    }

    private static double distance(Point from, Point to) {
        return to.falsePositiveRate() - from.falsePositiveRate() + to.recall() - from.recall();
    }
}
