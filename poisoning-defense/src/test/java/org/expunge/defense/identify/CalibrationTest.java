package org.expunge.defense.identify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CalibrationTest {
    @Test
    void withOneVariantPIsTheShareOfThePoolThatIsAtLeastAsLarge() {
        Calibration calibration = new Calibration(new double[][] {{1, 2, 2, 5}});

        assertThat(calibration.pValue(new double[] {6})).isEqualTo(1 / 5.0);
        assertThat(calibration.pValue(new double[] {2})).isEqualTo(4 / 5.0);
        assertThat(calibration.pValue(new double[] {0})).isEqualTo(1);
        assertThat(calibration.leaveOneOut(3)).isEqualTo(1 / 4.0);
        assertThat(calibration.leaveOneOut(1)).isEqualTo(3 / 4.0);
        assertThat(calibration.heaviness(new double[] {6})).isEqualTo(6);
    }

    @Test
    void withSeveralVariantsTheSmallestPIsRankedInThePoolOfCleanRowsAndInput() {
        // ranks in the pool of five, first variant: 5 4 3 2 and 1 for the input; second: 1 2 3 4 and 5
        Calibration calibration = new Calibration(new double[][] {{1, 2, 3, 4}, {9, 8, 7, 6}});

        // smallest ranks: 1 2 3 2 and 1 for the input, so that two of five are as small as its own
        assertThat(calibration.pValue(new double[] {10, 0})).isEqualTo(2 / 5.0);
        // of an input on top of both: 2 3 4 3 and 1
        assertThat(calibration.pValue(new double[] {10, 10})).isEqualTo(1 / 5.0);
    }

    @Test
    void pValuesOfExchangeableInputsAreUniformHoweverVariantsDepend() {
        Random random = new Random(8);
        int trials = 20_000;
        double[] counts = new double[20];
        for (int t = 0; t < trials; t++) {
            double[][] clean = new double[3][19];
            double[] input = new double[3];
            for (int c = 0; c <= 19; c++) {
                double shared = random.nextGaussian();
                double[] row = {shared, shared + random.nextGaussian(), -shared};
                for (int v = 0; v < 3; v++) {
                    if (c < 19) {
                        clean[v][c] = row[v];
                    } else {
                        input[v] = row[v];
                    }
                }
            }
            counts[(int) Math.round(20 * new Calibration(clean).pValue(input)) - 1]++;
        }

        // ties of smallest ranks push p up and never down: each tail has at most its share, up to 4 standard errors
        double sum = 0;
        for (int k = 0; k < 20; k++) {
            sum += counts[k] / trials;
            double nominal = (k + 1) / 20.0;
            assertThat(sum).isLessThan(nominal + 4 * Math.sqrt(nominal * (1 - nominal) / trials) + 1e-12);
        }
        // and p is not idle: half of the inputs have at most .7
        assertThat(Arrays.stream(counts, 0, 14).sum() / trials).isGreaterThan(0.5);
    }

    @Test
    void aSingleVariantIsExactlyUniform() {
        Random random = new Random(9);
        int trials = 20_000;
        long small = IntStream.range(0, trials)
                .filter(t -> new Calibration(new double[][] {random.doubles(39).toArray()})
                                .pValue(new double[] {random.nextDouble()})
                        <= 0.05)
                .count();

        assertThat(small / (double) trials).isCloseTo(0.05, within(4 * Math.sqrt(0.05 * 0.95 / trials)));
    }

    @Test
    void heavinessGoesOnAboveAllCleanRows() {
        Calibration calibration = new Calibration(new double[][] {{1, 2, 3, 4}, {1, 2, 3, 4}});

        double far = calibration.heaviness(new double[] {100, 0});
        double near = calibration.heaviness(new double[] {5, 0});
        double within = calibration.heaviness(new double[] {3.5, 0});

        assertThat(far).isGreaterThan(near);
        assertThat(near).isGreaterThan(within);
        assertThat(within).isCloseTo(-Math.log10(2 / 5.0), within(1e-12));
    }
}
