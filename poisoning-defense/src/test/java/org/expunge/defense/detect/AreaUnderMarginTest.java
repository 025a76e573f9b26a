package org.expunge.defense.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Optional;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.evaluate.LabelNoise;
import org.expunge.influence.evaluate.RankMetrics;
import org.expunge.influence.training.Retrainer;
import org.junit.jupiter.api.Test;

final class AreaUnderMarginTest {
    @Test
    void averagesTheMarginsOfAHandMadeTrajectory() {
        // one feature, three classes: logits w·x + b with w = 0, so that every row has the logits b
        Dataset rows = WrittenSetting.rows(new double[][] {{1}, {1}, {1}}, new int[] {0, 1, 2}, 3);
        ScanSetting setting = WrittenSetting.of(rows, new double[][] {{0, 0, 0, 4, 1, -2}, {0, 0, 0, 1, 3, 0}});

        Detection found = new AreaUnderMargin().detect(setting);

        // margins: class 0 gets 4 − 1 and 1 − 3; class 1 gets 1 − 4 and 3 − 1; class 2 gets −2 − 4 and 0 − 3
        assertThat(found.ranking().toArray()).containsExactly(new double[] {-0.5, 0.5, 4.5}, within(1e-12));
        assertThat(found.flagged()).containsExactly(1, 2);
        assertThat(found.notes()).containsExactly("mean over the 2 checkpoints that the run kept");
    }

    @Test
    void aSingleLogitIsItsOwnMargin() {
        assertThat(MarginLog.margin(new double[] {2.5}, 1)).isEqualTo(2.5);
        assertThat(MarginLog.margin(new double[] {2.5}, 0)).isEqualTo(-2.5);
    }

    @Test
    void aLogOfATrainingEqualsItsCheckpointsWhenThoseAreKeptEachEpoch() {
        try (DigitsScan digits = new DigitsScan(2, 5)) {
            Dataset train = digits.normalised(digits.rawTrain());
            MarginLog log = new MarginLog(digits.engine(), train);
            var trained = new Retrainer(digits.engine(), digits.recipe()).retrain(train, digits.validation(), 2, log);
            ScanSetting setting = new ScanSetting(
                    digits.engine(),
                    train,
                    digits.validation(),
                    trained.checkpoints(),
                    Optional.of(digits.recipe()),
                    ScanSetting.Options.DEFAULT);

            Detection fromLog = new AreaUnderMargin().detect(setting.withMargins(log));
            Detection fromCheckpoints = new AreaUnderMargin().detect(setting);

            assertThat(log.epochs()).isEqualTo(5);
            assertThat(fromLog.ranking().toArray())
                    .containsExactly(fromCheckpoints.ranking().toArray(), within(1e-5));
            assertThat(fromLog.notes()).containsExactly("logged at the end of each of 5 epochs of training");
        }
    }

    @Test
    void aLogThatHeardNothingSaysSo() {
        Dataset rows = WrittenSetting.rows(new double[][] {{1}, {2}}, new int[] {0, 1}, 2);

        assertThatThrownBy(() -> new MarginLog(WrittenSetting.ENGINE, rows).means())
                .hasMessageContaining("let the log listen to a training");
    }

    @Test
    void findsSymmetricLabelNoiseOnDigits() {
        try (DigitsScan digits = new DigitsScan(0, 15)) {
            LabelNoise five = LabelNoise.uniform(digits.rawTrain(), 0.05, 0);
            LabelNoise twenty = LabelNoise.uniform(digits.rawTrain(), 0.2, 0);

            assertThat(precision(digits, five)).isGreaterThan(0.97);
            assertThat(precision(digits, twenty)).isGreaterThan(0.97);
        }
    }

    private static double precision(DigitsScan digits, LabelNoise noise) {
        Detection found = new AreaUnderMargin().detect(digits.setting(noise.data()));
        return RankMetrics.averagePrecision(found.ranking().toArray(), noise.isFlipped());
    }

    @Test
    void regressionIsRefused() {
        Dataset rows = Dataset.of(
                "real", Shape.flat(1), Features.of(new double[] {1, 2}, 1), Targets.real(new double[] {1, 2}, 1));

        assertThatThrownBy(() -> WrittenSetting.of(rows, new double[0][])).hasMessageContaining("has no classes");
    }
}
