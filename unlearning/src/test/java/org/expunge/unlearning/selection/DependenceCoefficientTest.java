package org.expunge.unlearning.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DependenceCoefficientTest {
    private static final double[] Z = {.12, .55, .91, .31, .72, .05};
    private static final double[] X = {.4, .9, .2, .65, .31, .77};
    private static final double[] Y = {.3, 1.1, 2.9, .7, 1.6, -.2};

    @Test
    void sixSamplesHaveTheCoefficientsWorkedOutByHand() {
        DependenceCoefficient coefficient = new DependenceCoefficient(Y, 0);

        assertThat(coefficient.of(column(Z))).isCloseTo(.3142857143, within(1e-9));
        assertThat(coefficient.of(column(X))).isCloseTo(-.5428571429, within(1e-9));
        assertThat(coefficient.of(column(Z), column(X))).isCloseTo(.5555555556, within(1e-9));
        assertThat(coefficient.xi(Z)).isCloseTo(.5714285714, within(1e-9));
        assertThat(coefficient.xi(X)).isCloseTo(.1428571429, within(1e-9));
    }

    @Test
    void twoColumnsMayExplainWhatNeitherDoesAlone() {
        int n = 1500;
        SplittableRandom random = new SplittableRandom(3);
        double[][] one = new double[n][1];
        double[][] two = new double[n][1];
        double[][] both = new double[n][2];
        double[] y = new double[n];
        for (int i = 0; i < n; i++) {
            one[i][0] = both[i][0] = random.nextDouble();
            two[i][0] = both[i][1] = random.nextDouble();
            y[i] = (one[i][0] + two[i][0]) % 1;
        }
        DependenceCoefficient coefficient = new DependenceCoefficient(y, 0);

        assertThat(Math.abs(coefficient.of(one))).isLessThan(4 / Math.sqrt(n));
        assertThat(coefficient.of(both)).isGreaterThan(.9);
        assertThat(coefficient.of(one, two)).isGreaterThan(.9);
    }

    @Test
    void onlyTheOrderOfYCounts() {
        double[] stretched = Arrays.stream(Y).map(Math::exp).toArray();

        assertThat(new DependenceCoefficient(stretched, 0).of(column(Z)))
                .isEqualTo(new DependenceCoefficient(Y, 0).of(column(Z)));
    }

    @Test
    void aConstantCannotBeExplained() {
        assertThatThrownBy(() -> new DependenceCoefficient(new double[] {1, 1, 1}, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("every sample");
    }

    private static double[][] column(double[] values) {
        return Arrays.stream(values).mapToObj(v -> new double[] {v}).toArray(double[][]::new);
    }
}
