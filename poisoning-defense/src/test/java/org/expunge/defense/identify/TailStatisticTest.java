package org.expunge.defense.identify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TailStatisticTest {
    @Test
    void takesTheKappaThLargestRobustZ() {
        double[] scores = IntStream.range(0, 10).asDoubleStream().toArray();
        double scale = 2 * 2.2219 * 10 / 13.8;

        assertThat(TailStatistic.heaviness(scores, 2)).isCloseTo((8 - 4.5) / scale, within(1e-12));
    }

    @Test
    void ignoresAHandfulOfRows() {
        assertThat(TailStatistic.heaviness(new double[] {1, 2, 100}, 1)).isZero();
    }

    @Test
    void growsWithAsManyOutliersAsKappaAndNotWithFewer() {
        double[] four = IntStream.range(0, 100)
                .mapToDouble(i -> i < 4 ? 1e3 : i / 100.0)
                .toArray();
        double[] five = IntStream.range(0, 100)
                .mapToDouble(i -> i < 5 ? 1e3 : i / 100.0)
                .toArray();

        assertThat(TailStatistic.heaviness(four, 5)).isLessThan(3);
        assertThat(TailStatistic.heaviness(five, 5)).isGreaterThan(100);
    }
}
