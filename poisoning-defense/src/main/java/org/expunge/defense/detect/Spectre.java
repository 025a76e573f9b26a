package org.expunge.defense.detect;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.data.Dataset;

/**
 * SPECTRE: class by class, features in their foremost principal directions are whitened by a robust covariance, and
 * each row is scored by quantum entropy, {@code τ = xᵀQx / tr Q} with {@code Q = exp(α (Σ̃ − I) / (‖Σ̃‖₂ − 1))}, where
 * Σ̃ is the covariance of all whitened rows: what the robust estimate left out stands out in Σ̃.
 *
 * <p><b>Units.</b> Squared robust deviations.
 *
 * <p><b>Accuracy.</b> A score only: how many rows to remove follows from ρ, see {@link OracleBudget}. The robust
 * estimate is the minimum covariance determinant over {@link Options#coreShare} of the class, scaled so that the median
 * distance is a normal one's; the authors' needs ρ. Classes of fewer than 3k rows get 0.
 *
 * <p><b>Cost.</b> O(n d² + C d³) after one forward pass.
 *
 * <p><b>Source.</b> J. Hayase, W. Kong, R. Somani, S. Oh, "SPECTRE: Defending Against Backdoor Attacks Using Robust
 * Statistics", ICML 2021, algorithms 1 and 2; P. J. Rousseeuw, K. van Driessen, "A Fast Algorithm for the Minimum
 * Covariance Determinant Estimator", Technometrics 41(3), 1999.
 */
public final class Spectre implements Detector {
    /**
     * How to score.
     *
     * @param directions k, principal directions that are kept, at least 1
     * @param alpha α: 0 scores by distance, infinity by the top direction alone; 0 or more
     * @param coreShare share of a class that the robust estimate rests on, in [0.5, 1]
     */
    public record Options(int directions, double alpha, double coreShare) {
        /** Ten directions, the authors' α, three quarters of a class. */
        public static final Options DEFAULT = new Options(10, 4, 0.75);

        /** Checks the ranges. */
        public Options {
            checkArgument(directions >= 1, "directions must be at least 1, got %s", directions);
            checkArgument(alpha >= 0, "alpha must be 0 or more, got %s", alpha);
            checkArgument(coreShare >= 0.5 && coreShare <= 1, "coreShare must be in [0.5, 1], got %s", coreShare);
        }
    }

    private final Options options;

    /**
     * Makes the detector.
     *
     * @param options how to score
     */
    public Spectre(Options options) {
        this.options = options;
    }

    @Override
    public String name() {
        return "spectre";
    }

    @Override
    public String rule() {
        return OutlierRule.DEFAULT.text();
    }

    @Override
    public Detection detect(ScanSetting setting) {
        Dataset train = setting.train();
        double[] scores = new double[train.size()];
        for (int label = 0; label < train.classes(); label++) {
            int[] rows = ClassRows.of(train, label);
            double[] ofClass = scores(setting.engine().compute(), ClassRows.select(setting.features(), rows));
            for (int i = 0; i < rows.length; i++) {
                scores[rows[i]] = ofClass[i];
            }
        }
        return Detection.of(this, scores, OutlierRule.DEFAULT.flag(train, scores));
    }

    /** Scores the rows of one class. */
    double[] scores(Compute compute, double[][] features) {
        if (features.length < 3 * options.directions()) {
            return new double[features.length];
        }
        double[][] centred = RowMoments.less(features, RowMoments.mean(features));
        double[][] points = RowMoments.principal(compute, centred, options.directions());
        if (points[0].length == 0) {
            return new double[features.length];
        }
        double[][] white = new RobustWhitening(compute, options.coreShare()).whitened(points);
        SymmetricEigen spread = SymmetricEigen.of(compute, RowMoments.second(white));
        double excess = spread.value(0) - 1;
        double[][] q = spread.map(w -> excess > 0 ? Math.exp(options.alpha() * (w - 1) / excess) : 1);
        double trace = 0;
        for (int i = 0; i < q.length; i++) {
            trace += q[i][i];
        }
        double scale = trace;
        return Arrays.stream(white)
                .mapToDouble(x -> RowMoments.form(q, x) / scale)
                .toArray();
    }
}
