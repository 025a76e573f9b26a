package org.expunge.defense.detect;

import org.expunge.influence.score.SelfInfluence;
import org.expunge.influence.score.Weighting;

/**
 * Self-influence over the checkpoints: how much a row lowers its own loss. Finds mislabelled rows; what fits in with
 * other poison stays small.
 *
 * <p><b>Cost.</b> One forward and backward pass a checkpoint.
 *
 * <p><b>Source.</b> {@link SelfInfluence}.
 */
public final class LargeSelfInfluence implements Detector {
    @Override
    public String name() {
        return "self-influence";
    }

    @Override
    public String rule() {
        return OutlierRule.DEFAULT.text();
    }

    @Override
    public Detection detect(ScanSetting setting) {
        double[] scores =
                new SelfInfluence(setting.engine(), setting.checkpoints(), Weighting.UNIFORM).scores(setting.train());
        return Detection.of(
                this,
                scores,
                OutlierRule.DEFAULT.flag(setting.train(), scores),
                setting.checkpoints().size() + " checkpoints");
    }
}
