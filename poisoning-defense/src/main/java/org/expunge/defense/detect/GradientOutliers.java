package org.expunge.defense.detect;

import org.expunge.influence.score.outlier.OutlierGradients;

/**
 * Outlier gradients of the last layer, by an isolation forest.
 *
 * <p><b>Cost.</b> A forward and backward pass, and the forest's.
 *
 * <p><b>Source.</b> {@link OutlierGradients}.
 */
public final class GradientOutliers implements Detector {
    @Override
    public String name() {
        return "outlier-gradients";
    }

    @Override
    public String rule() {
        return OutlierRule.DEFAULT.text();
    }

    @Override
    public Detection detect(ScanSetting setting) {
        OutlierGradients.Options base = OutlierGradients.Options.DEFAULT;
        OutlierGradients.Options options = new OutlierGradients.Options(
                OutlierGradients.Measure.ISOLATION_FOREST,
                base.isLastLayerOnly(),
                base.projection(),
                base.forest(),
                base.limits());
        double[] scores = new OutlierGradients(setting.engine(), setting.model(), options).scores(setting.train());
        return Detection.of(this, scores, OutlierRule.DEFAULT.flag(setting.train(), scores));
    }
}
