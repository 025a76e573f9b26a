package org.expunge.influence.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.expunge.influence.retraining.SubsetOutputs;
import org.expunge.influence.retraining.Subsets;
import org.expunge.influence.testkit.LdsDigits;
import org.junit.jupiter.api.Test;

class NoiseCeilingTest {
    /** The bank's own figure is about .95. */
    @Test
    void tenSeedsOfDigitsLeaveNinetyFivePercent() {
        NoiseCeiling ceiling =
                NoiseCeiling.ofHalves(LdsDigits.losses("first_5_seeds"), LdsDigits.losses("last_5_seeds"));

        assertThat(ceiling.ceiling()).isCloseTo(0.95, within(0.01));
    }

    @Test
    void halvesThatCorrelateByOneHalfHaveReliabilityTwoThirds() {
        double[][] first = {{1}, {2}, {3}}; // ranks 1, 2, 3 against 2, 1, 3: correlation one half
        double[][] second = {{5}, {4}, {6}};

        NoiseCeiling ceiling = NoiseCeiling.ofHalves(first, second);

        assertThat(ceiling.halfCorrelation()).isCloseTo(0.5, within(1e-12));
        assertThat(ceiling.reliability()).isCloseTo(2.0 / 3, within(1e-12));
        assertThat(ceiling.ceiling()).isCloseTo(Math.sqrt(2.0 / 3), within(1e-12));
    }

    /** Signal and noise of variances 1 and 2: four seeds have reliability 1 / (1 + 2/4) = 2/3 in numbers. */
    @Test
    void theReliabilityOfTheMeanIsThatOfSignalOverSignalAndNoise() {
        Random random = new Random(2);
        double[][][] values = new double[200][4][60];
        for (double[][] ofSubset : values) {
            for (int q = 0; q < 60; q++) {
                double signal = random.nextGaussian();
                for (double[] seed : ofSubset) {
                    seed[q] = signal + Math.sqrt(2) * random.nextGaussian();
                }
            }
        }
        Subsets subsets = Subsets.random(10, 200, 0.5, 1);

        double reliability = NoiseCeiling.of(new SubsetOutputs(subsets, values)).reliability();

        assertThat(reliability).isCloseTo(2.0 / 3, within(0.03)); // ranks are a little lower than numbers
    }

    @Test
    void noiseAloneHasNoCeilingToSpeakOfAndOneSeedNoneAtAll() {
        Random random = new Random(3);
        double[][][] values = new double[40][2][5];
        for (double[][] ofSubset : values) {
            for (double[] seed : ofSubset) {
                for (int q = 0; q < 5; q++) {
                    seed[q] = random.nextGaussian();
                }
            }
        }
        Subsets subsets = Subsets.random(10, 40, 0.5, 1);

        assertThat(NoiseCeiling.of(new SubsetOutputs(subsets, values)).reliability())
                .isLessThan(0.2);
        assertThatThrownBy(() -> NoiseCeiling.of(new SubsetOutputs(subsets, new double[40][1][5])))
                .hasMessage("a noise ceiling needs at least 2 seeds a subset, got 1");
    }
}
