package org.expunge.defense.detect;

import org.expunge.influence.compute.Compute;
import org.expunge.influence.curvature.VectorMath;
import org.expunge.influence.data.Dataset;

/**
 * Spectral signatures: the squared projection of a row's penultimate features, less the mean of its class, on the
 * direction in which its class varies most.
 *
 * <p><b>Units.</b> Squared feature units, {@code τ_i = ⟨h_i − μ_y, v_y⟩²}.
 *
 * <p><b>Accuracy.</b> A score only: how many rows to remove follows from ρ, which is not known here;
 * {@link OracleBudget} takes it. Some published programs forget to subtract the mean, and then rank by feature norm;
 * {@link #uncentred} is that, as a rival and never by default.
 *
 * <p><b>Cost.</b> O(n d² + C d³) after one forward pass.
 *
 * <p><b>Source.</b> B. Tran, J. Li, A. Madry, "Spectral Signatures in Backdoor Attacks", NeurIPS 2018, algorithm 1.
 */
public final class SpectralSignatures implements Detector {
    private final boolean isCentred;

    private SpectralSignatures(boolean isCentred) {
        this.isCentred = isCentred;
    }

    /** Returns the method as its authors state it. */
    public static SpectralSignatures centred() {
        return new SpectralSignatures(true);
    }

    /** Returns the method as some programs have it: projections of features whose mean was not subtracted. */
    public static SpectralSignatures uncentred() {
        return new SpectralSignatures(false);
    }

    @Override
    public String name() {
        return isCentred ? "spectral" : "spectral-uncentred";
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
            if (rows.length > 0) {
                double[] ofClass =
                        scores(setting.engine().compute(), ClassRows.select(setting.features(), rows), isCentred);
                for (int i = 0; i < rows.length; i++) {
                    scores[rows[i]] = ofClass[i];
                }
            }
        }
        return Detection.of(this, scores, OutlierRule.DEFAULT.flag(train, scores));
    }

    /**
     * Returns the squared projections of one class. The direction is that of the centred rows in both cases; what
     * differs is what is projected on it.
     */
    static double[] scores(Compute compute, double[][] features, boolean isCentred) {
        double[][] centred = RowMoments.less(features, RowMoments.mean(features));
        double[] direction =
                SymmetricEigen.of(compute, RowMoments.second(centred)).vector(0);
        double[][] projected = isCentred ? centred : features;
        double[] scores = new double[features.length];
        for (int i = 0; i < scores.length; i++) {
            double along = VectorMath.dot(projected[i], direction);
            scores[i] = along * along;
        }
        return scores;
    }
}
