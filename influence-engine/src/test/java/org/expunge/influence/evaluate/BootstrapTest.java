package org.expunge.influence.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BootstrapTest {
    private final Bootstrap bootstrap = new Bootstrap(Bootstrap.Options.DEFAULT);

    @Test
    void intervalOfAMeanIsThatOfTheNormalLaw() {
        Random random = new Random(1);
        double[] values = new double[400];
        Arrays.setAll(values, i -> random.nextGaussian());
        double mean = Arrays.stream(values).average().orElseThrow();
        double deviation = Math.sqrt(Arrays.stream(values)
                .map(v -> (v - mean) * (v - mean))
                .average()
                .orElseThrow());

        Bootstrap.Interval interval = bootstrap.mean(values);

        double half = 1.96 * deviation / Math.sqrt(400);
        assertThat(interval.estimate()).isEqualTo(mean);
        // the 2.5 % quantile of 2000 draws has a deviation of some 6 % of a standard error
        assertThat(interval.low()).isCloseTo(mean - half, within(0.15 * half));
        assertThat(interval.high()).isCloseTo(mean + half, within(0.15 * half));
        assertThat(interval.contains(mean)).isTrue();
        assertThat(interval.contains(mean + 3 * half)).isFalse();
    }

    @Test
    void aRankingKeepsItsNumberOfPositives() {
        double[] scores = {4, 3, 2, 1, 0};
        boolean[] isPositive = {true, false, false, false, false};

        Bootstrap.Interval interval = bootstrap.ranking(scores, isPositive, RankMetrics::averagePrecision);

        assertThat(interval).isEqualTo(new Bootstrap.Interval(1, 1, 1, Bootstrap.Options.DEFAULT));
    }

    @Test
    void oneSeedGivesOneInterval() {
        double[] values = {1, 5, 2, 8, 3};

        assertThat(bootstrap.mean(values)).isEqualTo(bootstrap.mean(values));
        assertThat(new Bootstrap(new Bootstrap.Options(2000, 0.95, 7))
                        .mean(new double[] {1, 5, 2, 8, 3, 11, 4})
                        .low())
                .isNotEqualTo(
                        bootstrap.mean(new double[] {1, 5, 2, 8, 3, 11, 4}).high());
    }

    @Test
    void oneItemHasNoSpread() {
        assertThat(bootstrap.mean(new double[] {3}))
                .isEqualTo(new Bootstrap.Interval(3, 3, 3, Bootstrap.Options.DEFAULT));
        assertThatThrownBy(() -> bootstrap.mean(new double[0])).hasMessageContaining("no items");
    }
}
