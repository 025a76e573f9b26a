package org.expunge.defense.detect;

import java.util.Random;
import java.util.function.Function;

/**
 * Detectors that know nothing of attacks. One that does not beat them has shown nothing. A further control, the class
 * prior, needs the truth and so stands among the figures of a {@link DetectionTable}.
 */
public final class Controls {
    private Controls() {}

    /** Returns scores drawn from the setting's seed. */
    public static Detector random() {
        return new Control(
                "random",
                setting -> new Random(setting.options().seed())
                        .doubles(setting.train().size())
                        .toArray());
    }

    /** Returns the norm of a row's gradient. */
    public static Detector gradientNorm() {
        return new Control("gradient-norm", setting -> setting.norms().clone());
    }

    /** Returns a row's loss under the trained model. */
    public static Detector loss() {
        return new Control("loss", setting -> setting.losses().clone());
    }

    /** Returns the share of a row's nearest rows, in raw space, that carry another label. */
    public static Detector rawKnn() {
        return new Control("raw-knn", setting -> DeepKnn.disagreement(setting.train(), setting.rawNeighbours()));
    }

    private record Control(String name, Function<ScanSetting, double[]> scores) implements Detector {
        @Override
        public String rule() {
            return OutlierRule.DEFAULT.text();
        }

        @Override
        public boolean isControl() {
            return true;
        }

        @Override
        public Detection detect(ScanSetting setting) {
            double[] found = scores.apply(setting);
            return Detection.of(this, found, OutlierRule.DEFAULT.flag(setting.train(), found));
        }
    }
}
