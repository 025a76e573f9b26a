package org.expunge.defense.identify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RobustScaleTest {
    @Test
    void meetsThePublishedValueOfTenIntegers() {
        double[] sample = IntStream.range(0, 10).asDoubleStream().toArray();

        RobustScale scale = RobustScale.of(sample);

        assertThat(scale.scale()).isCloseTo(2 * 2.2219 * 10 / 13.8, within(1e-9));
        assertThat(scale.median()).isEqualTo(4.5);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 8, 9, 10, 11, 37, 200})
    void findsTheSamePairAsSortingAllDifferences(int n) {
        Random random = new Random(n);
        for (int trial = 0; trial < 20; trial++) {
            double[] sample = random.doubles(n).map(x -> Math.rint(x * 50) / 7).toArray();

            double[] sorted = sample.clone();
            Arrays.sort(sorted);

            assertThat(RobustScale.qn(sorted)).isEqualTo(slowQn(sorted));
        }
    }

    @Test
    void estimatesTheStandardDeviationOfANormalSample() {
        Random random = new Random(5);
        double[] sample = IntStream.range(0, 2000)
                .mapToDouble(i -> 3 + random.nextGaussian())
                .toArray();

        // Q_n has 82 % efficiency: its standard error at n = 2000 is 1/√(2·2000·.82) = .0175; four of them
        assertThat(RobustScale.of(sample).scale()).isCloseTo(1, within(0.07));
    }

    @Test
    void staysBoundedWhenNearlyHalfOfTheSampleIsFarOff() {
        Random random = new Random(6);
        double[] sample = IntStream.range(0, 200)
                .mapToDouble(i -> i < 90 ? 1e6 : random.nextGaussian())
                .toArray();

        assertThat(RobustScale.of(sample).scale()).isLessThan(10);
    }

    @Test
    void fallsBackWhenMostPairsTie() {
        double[] sample = new double[20];
        sample[19] = 5;

        RobustScale scale = RobustScale.of(sample);

        assertThat(scale.scale()).isCloseTo(Math.sqrt(25 * 19.0 / 20 / 19), within(1e-12));
        assertThat(RobustScale.of(new double[5]).z(3)).isZero();
    }

    @Test
    void refusesNotANumber() {
        assertThatThrownBy(() -> RobustScale.of(new double[] {1, Double.NaN, 2}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("finite");
    }

    private static double slowQn(double[] sorted) {
        int n = sorted.length;
        double[] differences = IntStream.range(0, n)
                .boxed()
                .flatMapToDouble(i -> IntStream.range(i + 1, n).mapToDouble(j -> sorted[j] - sorted[i]))
                .sorted()
                .toArray();
        int h = n / 2 + 1;
        double raw = differences[h * (h - 1) / 2 - 1];
        double[] small = {0.399, 0.994, 0.512, 0.844, 0.611, 0.857, 0.669, 0.872};
        double factor = n <= 9 ? small[n - 2] : n % 2 == 1 ? n / (n + 1.4) : n / (n + 3.8);
        return 2.2219 * factor * raw;
    }
}
