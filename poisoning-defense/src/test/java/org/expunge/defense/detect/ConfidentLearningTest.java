package org.expunge.defense.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class ConfidentLearningTest {
    /** Six rows labelled 0, four labelled 1; rows 4 and 5 look like 1, row 9 looks like 0. */
    private static final int[] LABELS = {0, 0, 0, 0, 0, 0, 1, 1, 1, 1};

    private static final double[] CLASS_ONE = {0.1, 0.1, 0.2, 0.2, 0.9, 0.7, 0.9, 0.8, 0.7, 0.1};

    private static double[][] probabilities() {
        double[][] probabilities = new double[CLASS_ONE.length][];
        for (int i = 0; i < probabilities.length; i++) {
            probabilities[i] = new double[] {1 - CLASS_ONE[i], CLASS_ONE[i]};
        }
        return probabilities;
    }

    @Test
    void thresholdsAreMeanProbabilitiesOfTheLabelCarried() {
        // class 0: (.9 + .9 + .8 + .8 + .1 + .3) / 6; class 1: (.9 + .8 + .7 + .1) / 4
        assertThat(ConfidentLearning.thresholds(LABELS, probabilities(), 2))
                .containsExactly(new double[] {3.8 / 6, 0.625}, within(1e-12));
    }

    @Test
    void countsTheJointThatWasWorkedByHand() {
        // t = (.633, .625): rows 0–3 are confidently 0, rows 4 and 5 confidently 1; rows 6–8 confidently 1, row 9 0
        assertThat(ConfidentLearning.confidentJoint(LABELS, probabilities(), 2))
                .isEqualTo(new int[][] {{4, 2}, {1, 3}});
    }

    @Test
    void prunesAsManyRowsOfAPairAsTheNoiseRateSays() {
        // all rows are confident, so counts are rows: two of 0→1 and one of 1→0
        assertThat(ConfidentLearning.pruned(LABELS, probabilities(), 2)).containsExactly(4, 5, 9);
    }

    @Test
    void rowsThatAreNotConfidentShareTheRateOfTheirLabel() {
        int[] labels = {0, 0, 0, 0, 1, 1};
        // t = (.55, .8): rows 0 and 1 confidently 0, row 3 confidently 1; row 2 neither, so 4 rows stand for 3
        double[][] probabilities = {{0.9, 0.1}, {0.7, 0.3}, {0.5, 0.5}, {0.1, 0.9}, {0.2, 0.8}, {0.2, 0.8}};

        assertThat(ConfidentLearning.confidentJoint(labels, probabilities, 2)).isEqualTo(new int[][] {{2, 1}, {0, 2}});
        assertThat(ConfidentLearning.pruned(labels, probabilities, 2)).containsExactly(3);
    }

    @Test
    void aClassWithoutRowsIsNeverConfident() {
        int[] labels = {0, 0};
        double[][] probabilities = {{0.4, 0.6}, {0.5, 0.5}};

        assertThat(ConfidentLearning.confidentJoint(labels, probabilities, 2)).isEqualTo(new int[][] {{1, 0}, {0, 0}});
        assertThat(ConfidentLearning.pruned(labels, probabilities, 2)).isEmpty();
    }

    @Test
    void withoutARecipeItSaysWhatIsMissing() {
        ScanSetting setting = WrittenSetting.of(new double[][] {{0}, {1}}, new int[] {0, 1}, 2);

        assertThatThrownBy(() -> new ConfidentLearning().trainings(setting))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("confident-learning")
                .hasMessageContaining("no recipe");
    }
}
