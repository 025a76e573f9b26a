package org.expunge.defense.certify;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import org.expunge.influence.data.Dataset;

/**
 * How many rows are predicted right, and how many of them stay right under changes of the training rows.
 *
 * @param rows n
 * @param accuracy share of rows predicted right, proven or not
 * @param points the curve
 */
public record CertifiedAccuracy(int rows, double accuracy, List<Point> points) {
    /** Radii that are reported unless others are asked for. */
    public static final List<Integer> RADII = List.of(1, 5, 10, 25, 50, 100);

    /**
     * One point of the curve.
     *
     * @param radius number of changes
     * @param share rows predicted right with at least that radius, of all n
     */
    public record Point(int radius, double share) {}

    /** Copies the list. */
    public CertifiedAccuracy {
        points = List.copyOf(points);
    }

    /**
     * Counts.
     *
     * @param predictions one a row
     * @param truth the rows with their labels, at least 1
     * @param radii the points of the curve, each at least 0
     */
    public static CertifiedAccuracy of(List<CertifiedPrediction> predictions, Dataset truth, List<Integer> radii) {
        checkArgument(
                predictions.size() == truth.size() && truth.size() > 0,
                "%s predictions for %s rows",
                predictions.size(),
                truth.size());
        return new CertifiedAccuracy(
                truth.size(),
                share(predictions, truth, CertifiedPrediction.ABSTAINS),
                radii.stream()
                        .map(radius -> new Point(radius, share(predictions, truth, radius)))
                        .toList());
    }

    private static double share(List<CertifiedPrediction> predictions, Dataset truth, int radius) {
        int count = 0;
        for (int i = 0; i < predictions.size(); i++) {
            CertifiedPrediction prediction = predictions.get(i);
            count += prediction.label() == truth.label(i) && prediction.radius() >= radius ? 1 : 0;
        }
        return count / (double) predictions.size();
    }
}
